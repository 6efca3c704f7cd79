"""Benchmarks. Their database waits for the disk, as in production; that of the tests does not."""

import os

os.environ.setdefault("POSTGRES_OPTIONS", "-c autovacuum=off")
