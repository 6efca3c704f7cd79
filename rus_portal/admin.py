"""The admin site of the portal."""

from django.contrib import admin


class PortalAdminSite(admin.AdminSite):
    """Django's admin under the portal's name."""
