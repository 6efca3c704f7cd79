"""Filters for the pages of logging in."""

from django import template
from django.contrib.auth.models import User

from accounts.clients import name_device
from accounts.second_factor import must_have_second_factor

register = template.Library()


@register.filter
def must_have_second_step(user: User) -> bool:
    return must_have_second_factor(user)


@register.filter
def device(user_agent: str) -> str:
    """Return such as `Firefox, Windows`."""
    return name_device(user_agent) or "–"
