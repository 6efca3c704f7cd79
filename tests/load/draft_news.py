"""Keep drafts of changes of public news, yet without a moment: `python -m tests.load.draft_news 200`.

Run as a program with the database in POSTGRES_DATABASE and files in VAR_DIR. Each is a draft as an editor's browser
keeps it, whose page has the address `nyhet-…` and is to have the title that stands in the draft.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

import uuid  # noqa: E402

from tests import factories  # noqa: E402
from tests.publishing.opened_forms import draft_changes  # noqa: E402


def main(number: int) -> None:
    marks = [uuid.uuid4().hex for _ in range(number)]
    draft_changes((factories.make_news(slug=f"nyhet-{mark}"), f"Ny {mark}") for mark in marks)


if __name__ == "__main__":
    main(int(sys.argv[1]))
