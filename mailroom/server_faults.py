"""Sentences on what is wrong with a mail server, for those who wait for mail and those who run the site."""

import smtplib
import socket
import ssl

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from imap_tools.errors import MailboxLoginError


def explain_fault(error: BaseException) -> str:
    """Return a sentence on what went wrong with the server."""
    with translation.override(settings.LANGUAGE_CODE):
        if isinstance(error, MailboxLoginError | smtplib.SMTPAuthenticationError):
            return _(
                "The mail server does not accept the username and password. Ask the site administrator to check them."
            )
        if isinstance(error, ssl.SSLError):
            return _("The mail server's certificate cannot be trusted. Ask the site administrator to check it.")
        if isinstance(error, socket.gaierror):
            return _("The mail server's name cannot be found. It will be retried automatically.")
        if isinstance(error, TimeoutError):
            return _("The mail server is not responding. It will be retried automatically.")
        if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
            return _("The mail server cannot be reached. It will be retried automatically.")
        return _("The mail server gave an unexpected response. It will be retried automatically.")
