"""One digest a week to each recipient: no threshold missed, nobody mailed twice, whatever the clock does."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings

from accounts.roles import Role
from actionplans.models import Activity, Milestone, Reminder
from actionplans.services import reminder_mail, reminders
from actionplans.services.reminders import Window, crosses_threshold, send_due_digests
from mailroom.models import OutgoingMail
from rus_portal import worker
from tests import factories

pytestmark = pytest.mark.django_db
STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONDAY = date(2026, 11, 23)
SEVEN = datetime(2026, 11, 23, 7, tzinfo=STOCKHOLM)


def thresholds(due: date) -> set[date]:
    """Return every day on which to remind, counted one by one."""
    before = {due - days * DAY for days in (30, 7, 1)}
    return before | {due + days * DAY for days in (1, 7, *range(30, 1000, 30))}


def make_due(due: date, **given: Any) -> Activity:
    """Create an activity that ends on a day, with a contact of its own by default."""
    return factories.make_activity(**{"contact": factories.make_staff(), "ends_on": due} | given)


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("to", "body"))


@pytest.mark.parametrize("offset", range(-40, 130))
def test_thresholds_are_those_counted_out(offset: int) -> None:
    due, week = MONDAY - offset * DAY, Window(MONDAY, MONDAY + 6 * DAY)

    assert crosses_threshold(due, week) == any(week.first <= day <= week.last for day in thresholds(due))


@pytest.mark.parametrize("due", [date.min, date.max])
def test_the_strangest_dates_break_nothing(due: date) -> None:
    assert crosses_threshold(due, Window(MONDAY, MONDAY + 6 * DAY)) in (True, False)


def test_a_year_of_mondays_misses_no_threshold_and_mails_nobody_twice_a_week() -> None:
    """From June to June: both clock changes, and the week of New Year."""
    people = [factories.make_staff() for _n in range(5)]
    plan = factories.make_plan()
    dues: dict[int, list[date]] = {}
    for n in range(45):
        ends_on = date(2026, 3, 1) + 11 * n * DAY
        activity = make_due(ends_on, plan=plan, contact=people[n % 5])
        dues[activity.pk] = [ends_on]
        if n % 3 == 0:
            milestone = factories.make_milestone(activity, due_on=ends_on - 100 * DAY)
            dues[activity.pk].append(milestone.due_on)

    first = date(2026, 6, 1)
    for week in range(53):
        monday = datetime.combine(first + week * WEEK, datetime.min.time(), STOCKHOLM)
        for moment in (monday + timedelta(minutes=1), monday.replace(hour=6, minute=59), monday.replace(hour=7)):
            with time_machine.travel(moment, tick=False):
                queued = send_due_digests()
            assert (queued > 0) <= (moment.hour == 7), moment
        with time_machine.travel(monday + 2 * DAY, tick=False):
            assert send_due_digests() == 0

    told = {(week, pk) for week, pk in Reminder.objects.values_list("week", "activity")}
    weeks = [first + week * WEEK for week in range(4, 53)]  # the first look back further
    expected = {
        (monday, pk)
        for monday in weeks
        for pk, days in dues.items()
        if any(monday <= day < monday + WEEK for due in days for day in thresholds(due))
    }
    assert {(week, pk) for week, pk in told if week >= weeks[0]} == expected
    assert len(expected) > 300
    sent = [(to, at.astimezone(STOCKHOLM).date()) for to, at in OutgoingMail.objects.values_list("to", "created_at")]
    assert set(Counter(sent).values()) == {1}
    assert {day.weekday() for _to, day in sent} == {0}


@pytest.mark.parametrize(
    ("moment", "sends"),
    [
        (datetime(2026, 11, 23, 5, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 6, 0, tzinfo=UTC), True),  # 07:00 in winter
        (datetime(2026, 10, 19, 4, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 19, 5, 0, tzinfo=UTC), True),  # 07:00 in summer
        (datetime(2026, 10, 26, 5, 30, tzinfo=UTC), False),  # the Monday after the clock went back
        (datetime(2026, 10, 26, 6, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 4, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 30, 5, 0, tzinfo=UTC), True),  # the Monday after it went forward
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), True),  # the worker comes back on New Year's Day, a Friday
        (datetime(2027, 1, 3, 22, 59, tzinfo=UTC), True),  # the last minute of that week
        (datetime(2027, 1, 3, 23, 1, tzinfo=UTC), False),  # Monday, too early
    ],
    ids=str,
)
def test_week_begins_on_monday_at_seven_in_stockholm(moment: datetime, *, sends: bool) -> None:
    local = moment.astimezone(STOCKHOLM).date()
    make_due(local - local.weekday() * DAY + 7 * DAY)  # "due in 7 days" on that week's Monday

    with time_machine.travel(moment, tick=False):
        assert send_due_digests() == int(sends)

    weeks = list(Reminder.objects.values_list("week", flat=True))
    assert weeks == ([local - local.weekday() * DAY] if sends else [])


@time_machine.travel(SEVEN, tick=False)
def test_one_mail_gathers_all_of_one_person_whatever_the_case_of_the_address() -> None:
    person = factories.make_staff(email="Frida@example.org")
    organisation = factories.make_organisation(email="frida@example.org")
    make_due(MONDAY + 7 * DAY, contact=person, title="Den första")
    make_due(MONDAY - 7 * DAY, contact=None, responsible=organisation, title="Den andra")
    make_due(MONDAY + 8 * DAY, title="En annans")

    assert send_due_digests() == 2

    bodies = dict(mails())
    own = bodies.pop("frida@example.org")
    assert ("Den första" in own, "Den andra" in own, "En annans" in own) == (True, True, False)
    assert "En annans" in bodies.popitem()[1]


def _contact(published: bool) -> Any:
    return factories.make_staff(email="kontakt@example.org", publication="published" if published else "archived")


@pytest.mark.parametrize(
    ("contact", "organisation", "coordinators", "to"),
    [
        (True, "org@example.org", True, ["kontakt@example.org"]),
        (False, "org@example.org", True, ["org@example.org"]),
        (None, "org@example.org", True, ["org@example.org"]),
        (None, "", True, ["forst@example.org"]),
        (None, None, True, ["forst@example.org"]),
        (None, "", False, []),
    ],
)
@time_machine.travel(SEVEN, tick=False)
def test_recipient_is_contact_then_organisation_then_first_coordinator(
    contact: bool | None, organisation: str | None, coordinators: bool, to: list[str]
) -> None:
    staff = [
        factories.make_staff(email="slutat@example.org", position=0, publication="archived"),
        factories.make_staff(email="sedan@example.org", position=2),
        factories.make_staff(email="forst@example.org", position=1),
    ]
    plan = factories.make_plan(coordinators=staff if coordinators else [])
    responsible = None if organisation is None else factories.make_organisation(email=organisation)
    make_due(MONDAY, plan=plan, contact=None if contact is None else _contact(contact), responsible=responsible)
    Activity.objects.update(ends_on=MONDAY + DAY)

    send_due_digests()

    assert [address for address, _body in mails()] == to
    assert list(Reminder.objects.values_list("sent_to", flat=True)) == to


@pytest.mark.parametrize(
    "given",
    [
        {"delivery_status": "done"},
        {"delivery_status": "paused", "status_reason": "Vila."},
        {"publication": "draft"},
        {"publication": "archived"},
        {"ends_on": None},
        {"ends_on": MONDAY + 60 * DAY},
    ],
    ids=str,
)
@time_machine.travel(SEVEN, tick=False)
def test_nobody_is_reminded_of_what_needs_nothing(given: dict[str, Any]) -> None:
    activity = make_due(MONDAY + 7 * DAY, **given)
    factories.make_milestone(activity, due_on=MONDAY + 7 * DAY, reached_on=MONDAY)

    assert (send_due_digests(), mails()) == (0, [])


@time_machine.travel(SEVEN, tick=False)
def test_milestone_of_a_continuous_activity_is_reminded_of() -> None:
    milestone = factories.make_milestone(make_due(MONDAY, ends_on=None), due_on=MONDAY + DAY, title="Grunden")

    assert (send_due_digests(), milestone.title in mails()[0][1]) == (1, True)


@time_machine.travel(SEVEN, tick=False)
def test_mail_says_in_plain_words_what_and_where() -> None:
    user = factories.make_user(Role.COORDINATOR)
    frida = factories.make_staff(name="Frida Bergman", user=user, email="frida@example.org")
    own = factories.make_plan(coordinators=[frida], title="Plan för innovation")
    late = make_due(MONDAY - 7 * DAY, plan=own, contact=frida, title="Öppna data & <kartor>")
    soon = make_due(MONDAY + 7 * DAY, plan=own, contact=frida, title="Labbet")
    theirs = factories.make_plan(slug="andras", title="Deras plan")
    make_due(MONDAY + 8 * DAY, plan=theirs, slug="deras", contact=frida, title="Deras")
    factories.make_milestone(soon, title="Grunden", due_on=MONDAY)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reminder_mail, "LANGUAGE", "en")
        send_due_digests()

    mail = OutgoingMail.objects.get()
    assert mail.subject == "3 activities need your attention this week"
    assert (mail.to, mail.is_personal) == (frida.email, False)
    assert mail.as_message().extra_headers["Auto-Submitted"] == "auto-generated"
    admin = f"{settings.BASE_URL}/admin/actionplans/activity"
    rows = [[line.strip() for line in row.splitlines()] for row in mail.body.split("\n\n")]
    assert rows[:-2] == [
        ["Hello Frida Bergman,"],
        ["These items in the action plans need your attention this week."],
        ["LATE"],
        [
            "* Öppna data & <kartor> (Plan för innovation)",
            "Was due 16 November 2026, 7 days ago.",
            f"{admin}/{late.pk}/change/",
        ],
        ["DUE SOON"],
        [
            "* Labbet (Plan för innovation)",
            "Milestone: Grunden",
            "Due today, 23 November 2026.",
            f"{admin}/{soon.pk}/change/",
        ],
        [
            "* Labbet (Plan för innovation)",
            "Due 30 November 2026, in 7 days.",
            f"{admin}/{soon.pk}/change/",
        ],
        [
            "* Deras (Deras plan)",
            "Due 1 December 2026, in 8 days.",
            f"{settings.BASE_URL}/en/action-plans/andras/deras/",
        ],
    ]
    assert rows[-2][0].startswith("Open the activity's page and report progress.")


@time_machine.travel(SEVEN, tick=False)
def test_who_cannot_report_is_asked_to_answer_the_coordinator() -> None:
    plan = factories.make_plan(coordinators=[factories.make_staff(email="frida@example.org")])
    organisation = factories.make_organisation(email="kommunen@example.org")
    make_due(MONDAY + 7 * DAY, plan=plan, contact=None, responsible=organisation)

    send_due_digests()

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.reply_to, "/admin/" in mail.body) == ("kommunen@example.org", "frida@example.org", False)


@time_machine.travel(SEVEN, tick=False)
def test_crash_halfway_leaves_nothing_and_the_next_round_sends_each_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for _n in range(3):
        make_due(MONDAY + 7 * DAY)
    queue, queued = reminders.queue_digest, []

    def die_at_the_third(*args: Any) -> None:
        queued.append(queue(*args))
        if len(queued) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(reminders, "queue_digest", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        send_due_digests()
    assert (mails(), Reminder.objects.count()) == ([], 0)

    monkeypatch.setattr(reminders, "queue_digest", queue)
    assert [send_due_digests(), send_due_digests()] == [3, 0]
    assert set(Counter(to for to, _body in mails()).values()) == {1}


@pytest.mark.parametrize(("weeks_since_last", "told"), [(None, 1), (3, 1), (1, 0)])
@time_machine.travel(SEVEN, tick=False)
def test_threshold_of_a_week_in_which_no_worker_ran_is_told_in_the_next(
    weeks_since_last: int | None, told: int
) -> None:
    activity = make_due(MONDAY + 25 * DAY)  # "due in 30 days" was last Wednesday
    if weeks_since_last:
        activity.reminders.create(week=MONDAY - weeks_since_last * WEEK, sent_to="a@example.org")

    assert send_due_digests() == told


@pytest.mark.parametrize("count", [1, 50])
@time_machine.travel(SEVEN, tick=False)
def test_digest_asks_as_often_for_many_activities(django_assert_num_queries: Any, count: int) -> None:
    person, plan = factories.make_staff(), factories.make_plan()
    for _n in range(count):
        activity = make_due(MONDAY + 7 * DAY, contact=person, plan=plan, responsible=factories.make_organisation())
        Milestone.objects.create(activity=activity, title_sv="x", due_on=MONDAY + DAY)

    with django_assert_num_queries(17):
        assert send_due_digests() == 1


def test_worker_reminds() -> None:
    assert send_due_digests in worker.QUICK


@time_machine.travel(SEVEN, tick=False)
def test_whoever_is_away_is_reminded_by_their_substitute() -> None:
    anna = factories.make_user(Role.COORDINATOR)
    bo = factories.make_user(Role.COORDINATOR, email="bo@example.org", first_name="Bo", last_name="Ek")
    factories.make_substitution(anna, substitute=bo)
    make_due(MONDAY, contact=factories.make_staff(user=anna, email="anna@example.org"))

    send_due_digests()

    assert [to for to, _body in mails()] == ["bo@example.org"]
