"""Whose the calls, the guidance and the words are."""

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import QuerySet

from actionplans.models import Theme
from actionplans.ownership import plans_of
from funding.models import Call, CallQuerySet, FundingProgramme, Guidance, ThemeWords


def may_change_all(user: AbstractUser | AnonymousUser) -> bool:
    """Whoever may make programmes may change all that belongs to them."""
    return user.has_perm("funding.add_fundingprogramme")


def programmes_of(user: AbstractUser | AnonymousUser) -> QuerySet[FundingProgramme]:
    """The programmes whose calls a user keeps: those she is the contact for."""
    if may_change_all(user):
        return FundingProgramme.objects.all()
    return FundingProgramme.objects.filter(contact__user=user.pk)


def calls_of(user: AbstractUser | AnonymousUser) -> CallQuerySet:
    return Call.objects.filter(programme__in=programmes_of(user))


def guidance_of(user: AbstractUser | AnonymousUser) -> QuerySet[Guidance]:
    """A coordinator says how money serves her own plans; the goals are the administrators'."""
    if may_change_all(user):
        return Guidance.objects.all()
    return Guidance.objects.filter(plan__in=plans_of(user))


def themes_of(user: AbstractUser | AnonymousUser) -> QuerySet[Theme]:
    if may_change_all(user):
        return Theme.objects.all()
    return Theme.objects.filter(plans__in=plans_of(user)).distinct()


def words_of(user: AbstractUser | AnonymousUser) -> QuerySet[ThemeWords]:
    return ThemeWords.objects.filter(theme__in=themes_of(user))
