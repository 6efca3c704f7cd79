"""Notices to staff: number and link, never the message (mail is unprotected)."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mailroom import outbox
from registry.models import Case, Dispatch
from registry.services.dispatches import queue_dispatches


def notify_staff(case: Case, to: str, subject: str, body: str) -> None:
    """Queue a notice about a case, described as for `make_notice`."""
    queue_dispatches([make_notice(case, to, subject, body)])


def make_notice(case: Case, to: str, subject: str, body: str) -> Dispatch:
    """Return a notice, not yet queued. The texts hold `%(number)s` and `%(link)s`; they are translated here."""
    values = {"number": case.registration_number, "link": case.get_admin_url()}
    with translation.override(settings.LANGUAGE_CODE):
        mail = outbox.make_mail(
            to=to, subject=_(subject) % values, body=_(body) % values, language=settings.LANGUAGE_CODE
        )
    return Dispatch(case=case, kind=Dispatch.Kind.NOTICE, mail=mail)
