"""Reads the pages of documents until none is left. Killed and started again by a test.

Run as a program with the database in POSTGRES_DATABASE and files in VAR_DIR; `prepare N` adds a document of N pages.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from django.core.files.base import ContentFile  # noqa: E402

from documents import text_extraction, versions  # noqa: E402
from documents.models import Document, DocumentVersion, Reading  # noqa: E402
from tests.factories.files import make_text_pdf  # noqa: E402

text_extraction.PAGES_A_BATCH = 5


def prepare(pages: int) -> None:
    document = Document.objects.create(title="Plan", slug="plan", kind="action_plan")
    content = make_text_pdf(*[f"Sida {number}" for number in range(1, pages + 1)])
    versions.add_version(document, ContentFile(content, name="plan.pdf"), "Ny.", "New.")


def work() -> None:
    while DocumentVersion.objects.filter(reading=Reading.PENDING).exists():
        text_extraction.read_due_files()


if __name__ == "__main__":
    prepare(int(sys.argv[2])) if sys.argv[1:2] == ["prepare"] else work()
