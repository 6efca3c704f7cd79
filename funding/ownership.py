"""Which programmes, calls, guidance and words a user may change."""

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import QuerySet

from actionplans.models import Theme
from actionplans.ownership import plans_of
from funding.models import Call, CallQuerySet, FundingProgramme, Guidance, ThemeWords


def may_change_all(user: AbstractUser | AnonymousUser) -> bool:
    """Whether a user may change everything: those who may add programmes."""
    return user.has_perm("funding.add_fundingprogramme")


def programmes_of(user: AbstractUser | AnonymousUser) -> QuerySet[FundingProgramme]:
    """Return the programmes whose calls a user may change: those they are the contact for."""
    if may_change_all(user):
        return FundingProgramme.objects.all()
    return FundingProgramme.objects.filter(contact__user=user.pk)


def calls_of(user: AbstractUser | AnonymousUser) -> CallQuerySet:
    return Call.objects.filter(programme__in=programmes_of(user))


def guidance_of(user: AbstractUser | AnonymousUser) -> QuerySet[Guidance]:
    """Return the guidance a user may change: coordinators only that of their plans, never of goals."""
    if may_change_all(user):
        return Guidance.objects.all()
    return Guidance.objects.filter(plan__in=plans_of(user))


def themes_of(user: AbstractUser | AnonymousUser) -> QuerySet[Theme]:
    if may_change_all(user):
        return Theme.objects.all()
    return Theme.objects.filter(plans__in=plans_of(user)).distinct()


def words_of(user: AbstractUser | AnonymousUser) -> QuerySet[ThemeWords]:
    return ThemeWords.objects.filter(theme__in=themes_of(user))
