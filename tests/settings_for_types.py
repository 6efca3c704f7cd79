"""The settings that mypy reads: without modeltranslation, which swaps every manager for a class made at run time."""

from rus_portal import settings
from rus_portal.settings import *  # noqa: F403

ADMIN = {"rus_portal.apps.PortalAdminConfig": "django.contrib.admin.apps.SimpleAdminConfig"}
INSTALLED_APPS = [ADMIN.get(app, app) for app in settings.INSTALLED_APPS if app != "modeltranslation"]
