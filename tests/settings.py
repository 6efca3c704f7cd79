"""The portal's settings, moved out of the way of a portal that runs from the same checkout."""

import os
import tempfile
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
os.environ.setdefault("POSTGRES_DIR", str(BASE_DIR / "var" / "test-postgres"))
# Tests roll back: from what they leave, autovacuum would learn that every table is empty, and plans would be bad.
# Several portals share it, each with as many connections as threads.
OF_A_DURABLE_SERVER = "-c autovacuum=off -c max_connections=400"
# The shared server's data are made anew whenever they are lost, so it need not wait for the disk. Tests that kill a
# database, and benchmarks, start one that does.
os.environ.setdefault(
    "POSTGRES_OPTIONS", f"{OF_A_DURABLE_SERVER} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
)
if "VAR_DIR" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:  # what runs side by side shares no files
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
if "DATABASE_URL" in os.environ:
    os.environ.setdefault("DEMO", "1")  # another server's database does not make the tests a production

from rus_portal.settings import *  # noqa: E402, F403
from rus_portal.settings import DATABASES, RATE_LIMITS, STORAGES  # noqa: E402

# A test's transaction never commits, so the content's generation never changes; the running portal's does.
PAGE_CACHE = False
# Many tests ask from one address; those of the limits set their own.
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, 0)
SENT_BYTES_PER_HOUR = 0

DATABASES["default"]["TEST"] = {"NAME": f"portal_test_{os.getpid()}"}
# A hash that is quick to make, and addresses of files that need no collecting: the tests of the running
# portal (tests/e2e) use the real ones.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
