"""Stockholm's time in words and in forms, also in the nights when the clock changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override

from publishing.moments import MomentField, describe_moment
from tests import factories
from tests.publishing.opened_forms import open_form, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 12, 1, 9, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize(
    ("moment", "swedish", "english"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "den 29 mars kl. 01.59", "29 March at 01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "den 29 mars kl. 03.00", "29 March at 03:00"),
        (datetime(2026, 10, 24, 23, 59, tzinfo=UTC), "den 25 oktober kl. 01.59", "25 October at 01:59"),
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "den 25 oktober kl. 02.30 (sommartid)",
            "25 October at 02:30 (summer time)",
        ),
        (
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "den 25 oktober kl. 02.30 (normaltid)",
            "25 October at 02:30 (standard time)",
        ),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "den 25 oktober kl. 03.00", "25 October at 03:00"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "den 1 januari 2027 kl. 00.00", "1 January 2027 at 00:00"),
        (datetime(2025, 12, 31, 22, 59, tzinfo=UTC), "den 31 december 2025 kl. 23.59", "31 December 2025 at 23:59"),
    ],
    ids=str,
)
def test_moments_are_told_by_stockholms_clock(moment: datetime, swedish: str, english: str) -> None:
    assert describe_moment(moment) == swedish
    with override("en"):
        assert describe_moment(moment) == english


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-03-29T01:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29T03:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("2026-10-25T01:59", datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        ("2026-10-25T03:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_near_the_change_of_the_clock_is_exact(typed: str, expected: datetime) -> None:
    assert MomentField().clean(typed) == expected


OTHERS = "Välj en tid före 02.00, eller från 03.00."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "2026-03-29T02:00",
            "Klockan visar aldrig 02.00 den 29 mars 2026: den ställs fram den natten. " + OTHERS,
        ),
        (
            "2026-03-29T02:59",
            "Klockan visar aldrig 02.59 den 29 mars 2026: den ställs fram den natten. " + OTHERS,
        ),
        (
            "2026-10-25T02:30",
            "Klockan visar 02.30 två gånger den 25 oktober 2026: den ställs tillbaka den natten. " + OTHERS,
        ),
    ],
)
def test_a_moment_that_the_clock_never_or_twice_shows_is_refused_with_others_to_choose(
    typed: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        MomentField().clean(typed)

    assert refused.value.messages == [sentence]


@pytest.mark.parametrize(
    "typed", ["0001-01-01", "0001-01-01T00:00", "1899-12-31T23:59", "2201-01-01T00:00", "9999-12-31T23:59:59+23:59"]
)
def test_a_moment_that_could_not_be_read_again_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="Ange ett årtal mellan 1900 och 2200"):
        MomentField().clean(typed)


@pytest.mark.parametrize("minute", [0, 30])
@pytest.mark.parametrize("hour", [0, 1])
def test_a_stored_moment_that_the_clock_shows_twice_stays_through_a_save(
    client: Client, hour: int, minute: int
) -> None:
    moment = datetime(2026, 10, 25, hour, minute, 17, 5, tzinfo=UTC)
    item = factories.make_news(publish_from=moment)
    address = f"/admin/news/newsitem/{item.pk}/change/"

    response = send(client, address, open_form(client, address), title_sv="Nytt")

    item.refresh_from_db()
    assert (response.status_code, item.title_sv, item.publish_from) == (302, "Nytt", moment)


@pytest.mark.parametrize("offset", ["+00:00", "-15:59", "+23:59"])
def test_a_moment_with_an_offset_is_taken_by_stockholms_clock(offset: str) -> None:
    """The database takes no offset of 16 hours or more; Python does."""
    moment = MomentField().clean(f"2026-01-10T12:00{offset}")

    assert moment == datetime.fromisoformat(f"2026-01-10T12:00{offset}")
    assert moment.utcoffset() == timedelta(hours=1)
