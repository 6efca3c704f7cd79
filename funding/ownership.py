"""Which programmes, calls, guidance and words a user may change."""

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import QuerySet

from actionplans.models import Theme
from actionplans.ownership import find_own_plans
from contacts.substitutes import find_represented
from funding.models import Call, CallQuerySet, FundingProgramme, Guidance, ThemeWords


def may_change_all(user: AbstractUser | AnonymousUser) -> bool:
    """Whether a user may change everything: those who may add programmes."""
    return user.has_perm("funding.add_fundingprogramme")


def find_own_programmes(user: AbstractUser | AnonymousUser) -> QuerySet[FundingProgramme]:
    """Return the programmes whose calls a user may change: those they are the contact for."""
    if may_change_all(user):
        return FundingProgramme.objects.all()
    return FundingProgramme.objects.filter(contact__in=find_represented(user))


def find_own_calls(user: AbstractUser | AnonymousUser) -> CallQuerySet:
    return Call.objects.filter(programme__in=find_own_programmes(user))


def find_own_guidance(user: AbstractUser | AnonymousUser) -> QuerySet[Guidance]:
    """Return the guidance a user may change: coordinators only that of their plans, never of goals."""
    if may_change_all(user):
        return Guidance.objects.all()
    return Guidance.objects.filter(plan__in=find_own_plans(user))


def find_own_themes(user: AbstractUser | AnonymousUser) -> QuerySet[Theme]:
    if may_change_all(user):
        return Theme.objects.all()
    return Theme.objects.filter(plans__in=find_own_plans(user)).distinct()


def find_own_words(user: AbstractUser | AnonymousUser) -> QuerySet[ThemeWords]:
    return ThemeWords.objects.filter(theme__in=find_own_themes(user))
