"""The WSGI application that the server loads."""

import gc
import os

import django
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from jobs.clock import follow_database_clock
from rus_portal.wsgi_environ import with_clean_environ

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from rus_portal.checks import refuse_unless_ready  # noqa: E402 - they ask for the settings
from rus_portal.file_modes import keep_files_private  # noqa: E402

refuse_unless_ready()
keep_files_private()
application = with_clean_environ(get_wsgi_application())
get_resolver().url_patterns  # noqa: B018 - imports all views, which the children then share
follow_database_clock()
connections.close_all()  # each process and thread opens one of its own

# Objects from start-up are never garbage, so they are left out of every later collection. Rendering makes many
# short-lived objects without cycles, so collections can be rare. Together: a fifth more pages a second.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
