"""security.txt, by RFC 9116."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client


def read(client: Client) -> list[tuple[str, str]]:
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return [tuple(line.split(": ", 1)) for line in response.content.decode().splitlines()]  # type: ignore[misc]


def test_security_txt_has_the_fields_of_the_rfc(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACTS = ["mailto:security@example.org", "https://example.org/security"]
    settings.SECURITY_POLICY_URL = "https://example.org/policy"
    settings.BASE_URL = "https://utveckling.example.org"

    fields = read(client)

    expires = datetime.fromisoformat(dict(fields)["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)
    assert [field for field in fields if field[0] != "Expires"] == [
        ("Contact", "mailto:security@example.org"),
        ("Contact", "https://example.org/security"),
        ("Preferred-Languages", "sv, en"),
        ("Canonical", "https://utveckling.example.org/.well-known/security.txt"),
        ("Policy", "https://example.org/policy"),
    ]


def test_the_registrar_is_told_where_no_one_else_is_named(client: Client) -> None:
    fields = dict(read(client))

    assert fields["Contact"] == "mailto:registrator@example.org"
    assert "Policy" not in fields
