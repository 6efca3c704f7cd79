"""Attachments that a form refuses."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.forms import ContactForm
from registry.public.forms import make_token
from tests.files.test_archives import BROKEN


@pytest.mark.parametrize("name", ["bomb", "wrong checksum"])
def test_form_refuses_a_broken_archive_and_keeps_the_text(name: str) -> None:
    files = [SimpleUploadedFile("bilaga.docx", BROKEN[name]())]

    form = ContactForm({"token": make_token(), "subject": "Hej", "message": "Text"}, {"attachments": files})
    form.is_valid()

    assert list(form.errors) == ["attachments"]
    assert form["message"].value() == "Text"


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<!doctype html><script>alert(1)</script>"],
)
def test_form_never_takes_what_a_browser_would_run(content: bytes) -> None:
    files = [SimpleUploadedFile("bild.svg", content, content_type="image/svg+xml")]

    form = ContactForm({"token": make_token(), "subject": "Hej", "message": "Text"}, {"attachments": files})

    assert list(form.errors) == ["attachments"]
