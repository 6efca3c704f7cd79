"""A delivery status changes only by reports: signed, dated, complete, and one at a time."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import translation

from actionplans.models import Activity, StatusUpdate
from actionplans.services.reports import StaleReportError, confirm_activity, write_report
from tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def user():
    user = factories.make_user(first_name="Frida", last_name="Bergman")
    factories.make_staff(user=user, name="Frida Bergman")
    return user


def row(activity):
    return Activity.objects.values_list(
        "delivery_status", "status_reason", "status_reason_sv", "status_reason_en", "merged_into", "last_confirmed_at"
    ).get(pk=activity.pk)


@pytest.mark.parametrize("language", ["sv", "en"])
@time_machine.travel(NOON, tick=False)
def test_report_is_signed_dated_and_changes_the_activity(user, language):
    activity = factories.make_activity(delivery_status="planned")

    with translation.override(language):
        update = write_report(
            activity,
            after="paused",
            text_sv="Upphandlingen överklagades.",
            text_en="The procurement was appealed.",
            is_public=False,
            by=user,
            reason_sv="Vi väntar på domstolen.",
            reason_en="We await the court.",
        )

    assert StatusUpdate.objects.values(
        "activity", "before", "after", "text_sv", "text_en", "is_public", "signed_by", "author", "reported_on"
    ).get() == {
        "activity": activity.pk,
        "before": "planned",
        "after": "paused",
        "text_sv": "Upphandlingen överklagades.",
        "text_en": "The procurement was appealed.",
        "is_public": False,
        "signed_by": "Frida Bergman, Samordnare",
        "author": user.pk,
        "reported_on": NOON.date(),
    }
    sv, en = "Vi väntar på domstolen.", "We await the court."
    assert row(activity) == ("paused", sv, sv, en, None, NOON)
    assert (activity.delivery_status, activity.status_reason_sv, activity.status_reason_en) == ("paused", sv, en)
    assert update == StatusUpdate.objects.get()


def test_who_has_no_page_signs_with_the_name_of_the_login():
    user = factories.make_user(username="nyanstalld")

    assert write_report(factories.make_activity(), after="done", text_sv="Klart.", by=user).signed_by == "nyanstalld"


def test_reason_goes_when_the_activity_goes_on(user):
    activity = factories.make_activity(delivery_status="paused", status_reason="Pengarna är slut.")

    write_report(activity, after="ongoing", text_sv="Nya pengar.", by=user, reason_sv="Glömd i formuläret.")

    assert row(activity)[:5] == ("ongoing", "", "", "", None)


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"after": "done", "text_sv": " "}, {"text_sv": ["Describe in Swedish what has happened."]}),
        ({"after": "borta", "text_sv": "x"}, {"after": ["Choose one of the statuses."]}),
        (
            {"after": "cancelled", "text_sv": "x"},
            {"reason_sv": ["Say in Swedish why the activity is paused, cancelled or merged."]},
        ),
        (
            {"after": "merged", "text_sv": "x", "reason_sv": "y"},
            {"merged_into": ["Choose the activity that it has been merged into."]},
        ),
    ],
    ids=lambda value: str(value)[:20],
)
def test_incomplete_report_is_refused_in_words(user, given, errors):
    activity = factories.make_activity()

    with translation.override("en"), pytest.raises(ValidationError) as refused:
        write_report(activity, by=user, **given)

    assert refused.value.message_dict == errors
    assert (row(activity)[0], StatusUpdate.objects.count()) == ("ongoing", 0)


def test_only_what_is_merged_leads_on(user):
    with pytest.raises(ValidationError) as refused:
        write_report(
            factories.make_activity(), after="done", text_sv="x", by=user, merged_into=factories.make_activity()
        )

    assert list(refused.value.message_dict) == ["merged_into"]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_circle_of_merged_activities_is_refused(user, length):
    chain = [factories.make_activity() for _n in range(length)]
    for one, following in pairwise(chain):
        write_report(one, after="merged", text_sv="x", by=user, reason_sv="y", merged_into=following)

    with pytest.raises(ValidationError) as refused:
        write_report(chain[-1], after="merged", text_sv="x", by=user, reason_sv="y", merged_into=chain[0])

    assert list(refused.value.message_dict) == ["merged_into"]
    assert row(chain[-1])[0] == "ongoing"


def test_report_of_what_no_longer_stands_tells_who_reported_what(user):
    activity, seen = factories.make_activity(), "ongoing"
    write_report(activity, after="done", text_sv="Allt är klart.", by=user)

    with translation.override("en"), pytest.raises(StaleReportError) as refused:
        write_report(activity, after="paused", text_sv="x", reason_sv="y", by=user, expected_before=seen)

    words = (
        "Frida Bergman, Samordnare has since reported the status “Done”: “Allt är klart.” Your report has not "
        "been saved. Check it and send it again if it is still correct."
    )
    assert refused.value.messages == [words]
    assert (row(activity)[0], StatusUpdate.objects.count()) == ("done", 1)


def test_before_is_what_stands_and_not_what_was_read(user):
    activity = factories.make_activity(delivery_status="planned")
    read_earlier = Activity.objects.get(pk=activity.pk)
    write_report(activity, after="ongoing", text_sv="Igång.", by=user)

    assert write_report(read_earlier, after="done", text_sv="Klart.", by=user).before == "ongoing"


def test_confirming_twice_a_day_counts_once():
    activity = factories.make_activity()
    with time_machine.travel(NOON, tick=False):
        answers = [confirm_activity(activity), confirm_activity(activity)]
    with time_machine.travel(datetime(2026, 11, 24, 22, 59, tzinfo=UTC), tick=False):  # still the 24th in Stockholm
        answers.append(confirm_activity(activity))
    with time_machine.travel(datetime(2026, 11, 24, 23, 1, tzinfo=UTC), tick=False):
        answers.append(confirm_activity(activity))

    assert answers == [True, False, False, True]
    assert row(activity)[5] == datetime(2026, 11, 24, 23, 1, tzinfo=UTC)
