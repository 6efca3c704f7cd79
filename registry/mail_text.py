"""Sender, subject, text and files of a mail. The mail itself is stored unchanged beside them."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from language.characters import normalize_line, normalize_text
from mailroom.addresses import is_answered, read_addresses
from mailroom.headers import read_header
from mailroom.mime_parser import Attached, Contents, Mail, is_encrypted, is_sealed, parse_mail, read_contents
from registry.reply_address import is_ours

LONGEST_NAME = 200
TEXTS = ("text/plain", "text/html")
OUTLOOK = ("application/ms-tnef", "application/vnd.ms-tnef")


def describe_mail(raw: bytes) -> dict[str, Any]:
    """Return the same fields as the form gives. The text of a mail without any says what it contains instead."""
    mail = parse_mail(raw)
    contents = read_contents(mail)
    name, email = _sender(mail)
    return {
        "name": normalize_line(name)[:LONGEST_NAME],
        "email": email,
        "reply_to": _reply_to(mail, email),
        "subject": normalize_line(read_header(mail, "Subject")),
        "message": clean_text(contents.text) or describe_contents(mail, contents, is_empty=not raw.strip(b"\0 \r\n\t")),
        "about": "",
    }


def read_files(mail: Mail) -> list[Attached]:
    """Return the parts of a mail that are not its text, with normalised names."""
    return [Attached(normalize_line(file.name), file.content_type, file.content) for file in read_contents(mail).files]


def clean_text(text: str) -> str:
    """Return decoded text normalised for the registry. All text from a mail passes here."""
    return normalize_text(text).strip()


def describe_contents(mail: Mail, contents: Contents, *, is_empty: bool) -> str:
    """Return a sentence for a mail without readable text."""
    types = {file.content_type for file in contents.files}
    with translation.override(settings.LANGUAGE_CODE):
        names = ", ".join(normalize_line(file.name) for file in contents.files)
        if is_empty:
            return _("The e-mail is empty.")
        if not names:
            return _("The e-mail has no text and no files. Open the original to see what it contains.")
        if is_encrypted(mail):
            words = _("The e-mail is encrypted, so its text cannot be shown here. It is in: %(files)s")
        elif is_sealed(mail):
            words = _(
                "The text of the e-mail is inside its signature (S/MIME) and cannot be shown here. It is in: %(files)s"
            )
        elif types.intersection(OUTLOOK):
            words = _("The text of the e-mail may be in an Outlook format that cannot be shown here. See: %(files)s")
        elif types.intersection(TEXTS):
            words = _("The text of the e-mail is in an attached file: %(files)s")
        elif all(content_type.startswith("image/") for content_type in types):
            words = _("The e-mail has no text, only images: %(files)s")
        else:
            words = _("The e-mail has no text, only files: %(files)s")
        return words % {"files": names}


def _sender(mail: Mail) -> tuple[str, str]:
    """Return the author's name and address (RFC 5322, 3.6.2). A From without an address is returned as the name."""
    if written := read_addresses(mail, "From"):
        return written[0]
    others = read_addresses(mail, "Reply-To", "Sender")
    name, email = others[0] if others else ("", "")
    return read_header(mail, "From") or name, email


def _reply_to(mail: Mail, email: str) -> str:
    """Return the Reply-To address if it differs from the sender's, accepts answers and is not our own."""
    asked = [address for _name, address in read_addresses(mail, "Reply-To")]
    fit = (address for address in asked if is_answered(address) and not is_ours(address))
    return next((address for address in fit if address.lower() != email.lower()), "")
