"""The guides under docs/, tried on a bare Debian: `python -m tests.guides`."""
