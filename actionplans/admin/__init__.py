"""The admin of plans and activities, for coordinators and administrators.

Coordinators see only their own plans: `get_queryset` limits lists, forms, actions and history, and the choices of
forms are limited too.
"""

from actionplans.admin import activities, organisations, plans, reports

__all__ = ["activities", "organisations", "plans", "reports"]
