"""The WSGI application that the server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from rus_portal.wsgi_environ import with_clean_environ

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
application = with_clean_environ(get_wsgi_application())

# What start-up made is never garbage: leave it out of every later collection. Rendering makes many short-lived
# objects, which go by themselves: collect rarely (together, a fifth more pages a second).
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
