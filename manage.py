#!/usr/bin/env python
"""Django's command line, with the embedded database running for as long as the command needs it."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
    from django.core.management import execute_from_command_line

    from rus_portal import postgres

    with postgres.running_server():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
