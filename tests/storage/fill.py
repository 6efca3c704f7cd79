"""Fill a portal with messages that have a file each, and a document of two versions. Run as a program."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from documents.models import Document  # noqa: E402
from tests.factories import make_document  # noqa: E402
from tests.faults import send_messages  # noqa: E402

if __name__ == "__main__":
    if not Document.objects.exists():
        make_document(versions=2, slug="plan")
    send_messages.main(int(sys.argv[1]))
