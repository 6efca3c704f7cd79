"""Does what is due, beside other processes that do the same.

Run as a program with the database in POSTGRES_DATABASE and files in VAR_DIR. `prepare` loads the to-do list. Without
it, the work begins with a line on the standard input, so that all begin at once, and ends when nothing is due.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from datetime import timedelta  # noqa: E402

from django.core.files.base import ContentFile  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from documents import versions  # noqa: E402
from mailroom import journal  # noqa: E402
from publishing.models import Draft  # noqa: E402
from rus_portal import worker  # noqa: E402
from tests import factories  # noqa: E402
from tests.factories.files import make_docx, make_text_pdf  # noqa: E402
from tests.publishing.opened_forms import draft_changes  # noqa: E402
from tests.registry.incoming import a_mail_with  # noqa: E402

MAILS, DOCUMENTS, ACTIVITIES, CHANGES = 15, 5, 5, 20


def prepare() -> None:
    for number in range(MAILS):
        raw = a_mail_with(f"{number}.docx", "application/octet-stream", make_docx(f"Text {number}"))
        with transaction.atomic():
            journal.note_change([factories.make_incoming_mail(raw)], "fetched")
    pages = make_text_pdf(*[f"Sida {number}" for number in range(1, 4)])
    for _n in range(DOCUMENTS):
        versions.add_version(factories.make_document(versions=0), ContentFile(pages, name="plan"), "Ny.", "New.")
    for _n in range(ACTIVITIES):
        day = timezone.localdate() - timedelta(days=1)
        factories.make_activity(contact=factories.make_staff(), ends_on=day)
    draft_changes([(factories.make_news(), f"Ny {number}") for number in range(CHANGES)])
    Draft.objects.update(publish_at=timezone.now())


def work() -> None:
    sys.stdin.readline()
    done = 0
    while step := worker.work_once():
        done += step
    print(done)


if __name__ == "__main__":
    prepare() if sys.argv[1:2] == ["prepare"] else work()
