"""The same form sent twice at once: it is saved once, and the user is told so, without an error page.

The race is simulated by checks that see nothing the first time.
"""

from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from documents.forms.documents import DocumentForm, NewVersionForm
from documents.models import Document, DocumentVersion
from publishing.admin import SAVED_BY_ANOTHER_CLICK
from tests.documents.admin_forms import change, make_readable, said
from tests.documents.test_admin import DOCUMENTS, document_data
from tests.factories import make_readable_pdf_file, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.COORDINATOR))
    return client


def blind_once(monkeypatch: pytest.MonkeyPatch, form: type, name: str) -> None:
    """Let a check see nothing the first time."""
    check, times = getattr(form, name), []

    def look(self: Any, *args: Any) -> Any:
        times.append(1)
        return check(self, *args) if len(times) > 1 else None

    monkeypatch.setattr(form, name, look)


def test_new_document_sent_twice_is_saved_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post(f"{DOCUMENTS}add/", document_data(make_readable_pdf_file()))
    blind_once(monkeypatch, DocumentForm, "validate_unique")
    blind_once(monkeypatch, NewVersionForm, "_refuse_what_is_here")

    second = client.post(f"{DOCUMENTS}add/", document_data(make_readable_pdf_file(), _publish="x", title_en="Kept"))

    assert (second.status_code, Document.objects.count(), DocumentVersion.objects.count()) == (200, 1, 1)
    assert second.context["adminform"].form.errors.keys() == {"slug"}
    assert f'href="{DOCUMENTS}{Document.objects.get().pk}/change/"' in second.content.decode()
    assert 'value="Kept"' in second.content.decode()
    assert [message.message for message in second.context["messages"]][1:] == [SAVED_BY_ANOTHER_CLICK]


def test_new_version_sent_twice_is_saved_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    document = make_readable()
    change(client, document, make_readable_pdf_file("två"))
    blind_once(monkeypatch, NewVersionForm, "_refuse_what_is_here")

    second = change(client, document, make_readable_pdf_file("två"))

    assert (second.status_code, document.versions.count()) == (200, 2)
    assert 'href="#version-2"' in second.content.decode()
    assert str(SAVED_BY_ANOTHER_CLICK) in said(second)
