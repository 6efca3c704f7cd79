#!/usr/bin/env python
"""Django's command line, with the embedded database running for as long as the command needs it."""

import os
import sys
from contextlib import nullcontext

WITHOUT_DATABASE = {"prepare", "makemessages"}
WRITES_CODE = {*WITHOUT_DATABASE, "makemigrations"}
"""Commands whose files are not private: they belong to the code."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
    from django.core.management import execute_from_command_line

    from rus_portal import postgres
    from rus_portal.file_modes import keep_files_private

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in WRITES_CODE:
        keep_files_private()
    with nullcontext() if command in WITHOUT_DATABASE else postgres.running_server():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
