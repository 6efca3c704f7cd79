"""Plans and activities, as their coordinators and the administrators keep them.

A coordinator never meets another's plan: `get_queryset` leaves it out of lists, forms, actions and history
alike, and the choices of a form hold only her own.
"""

from actionplans.admin import activities, organisations, plans, reports

__all__ = ["activities", "organisations", "plans", "reports"]
