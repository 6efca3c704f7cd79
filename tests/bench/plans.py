"""How fast the goal's page, the matrix, the timeline and their like are when there are 2,000 activities.

They are written into a database of their own: 4 goals, 12 plans, 60 organisations, every activity with two goals, four
organisations and a report. Each page is rendered anew (no page cache). Part of `make bench`; alone:
`python -m tests.bench.plans [activities]`.
"""

import os
import sys
import time
from datetime import date, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
ACTIVITIES, ROUNDS = 2_000, 40
LIMIT = 0.3
"""Seconds: 19 of 20 pages come sooner."""
PAGES = {
    "goal": "/mal/mal-0/",
    "matrix": "/mal/matris/",
    "timeline": "/aktiviteter/?visa=tidslinje",
    "timeline, last page": "/aktiviteter/?visa=tidslinje&page=40",
    "timeline of a plan": "/aktiviteter/?visa=tidslinje&plan=plan-3",
    "table": "/aktiviteter/?visa=tabell",
    "list, every filter": "/aktiviteter/?goal=mal-1&theme=tema-2&status=ongoing&year=2025&organisation=org-2",
    "organisation": "/organisationer/org-1/",
    "organisations": "/organisationer/",
    "feed of a goal": "/mal/mal-0/flode.xml",
    "plan": "/handlingsplaner/plan-3/",
}
FILES = ("/aktiviteter.csv", "/aktiviteter.json", "/aktiviteter.xlsx")
STATUSES = ("planned", "ongoing", "done", "paused", "cancelled")


def main(activities: int = ACTIVITIES) -> None:
    """Fill, measure, print; ends with status 1 where a page is slower than it may be."""
    from django.db import connection

    from tests import databases
    from tests.processes import manage

    print(f"\nWriting {activities} activities …", flush=True)
    with databases.temporary_database() as name:
        migrated = manage("migrate", "--verbosity=0", environment=databases.environment(name))
        if migrated.returncode:
            sys.exit(migrated.stderr)
        connection.close()
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
        try:
            fill(activities)
            measure()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


def fill(count: int) -> None:
    """So many activities, spread over goals, plans and organisations."""
    from django.db import connection

    from actionplans.models import Activity, Contribution, Involvement, StatusUpdate
    from tests import factories

    strategy = factories.make_strategy(is_current=True)
    goals = [factories.make_goal(strategy, slug=f"mal-{n}", position=n) for n in range(4)]
    priorities = [factories.make_priority(goal) for goal in goals for _n in range(3)]
    plans = [
        factories.make_plan(factories.make_theme(slug=f"tema-{n}", position=n), strategy, slug=f"plan-{n}")
        for n in range(12)
    ]
    organisations = [factories.make_organisation(slug=f"org-{n}") for n in range(60)]
    rows = [_activity(n, plans[n % len(plans)]) for n in range(count)]
    activities = Activity.objects.bulk_create(rows, batch_size=500)
    contributions, involvements, updates = [], [], []
    for n, activity in enumerate(activities):
        contributions += [
            Contribution(activity=activity, goal_id=priority.goal_id, priority=priority, how_sv="Så.", how="Så.")
            for priority in (priorities[n % 12], priorities[(n + 5) % 12])
        ]
        roles = ("responsible", "participating", "participating", "financing")
        for place, role in enumerate(roles):
            organisation = organisations[(n * 7 + place * 13) % len(organisations)]
            involvements.append(Involvement(activity=activity, organisation=organisation, role=role))
        report = {"before": "planned", "after": "ongoing", "text_sv": "Vi har börjat.", "text": "Vi har börjat."}
        updates.append(StatusUpdate(activity=activity, signed_by="Anna Andersson", **report))
    for model, made in ((Contribution, contributions), (Involvement, involvements), (StatusUpdate, updates)):
        model.objects.bulk_create(made, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _activity(number: int, plan: Any) -> Any:
    from actionplans.models import Activity
    from tests import factories

    start = date(2015, 1, 1) + timedelta(days=number * 37 % 4400)
    status = STATUSES[number % len(STATUSES)]
    title = f"Aktivitet {number} för ett mer sammanhållet län"
    summary = "Kommunerna, regionen och företagen gör det här tillsammans under några år. " * 2
    return Activity(
        plan=plan,
        slug=f"aktivitet-{number}",
        title=title,
        title_sv=title,
        summary=summary,
        summary_sv=summary,
        body_sv="<p>Så görs det.</p>" * 20,
        starts_on=start,
        ends_on=None if number % 9 == 0 else start + timedelta(days=200 + number * 53 % 1500),
        delivery_status=status,
        status_reason="Pengarna är slut." if status in ("paused", "cancelled") else "",
        **factories.published(),
    )


def measure() -> None:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.PAGE_CACHE = False
    client = Client()
    print(f"\n{ROUNDS} times each page, rendered anew, {os.cpu_count()} cores.\n")
    print(f"{'milliseconds':<32}{'p50':>8}{'p95':>8}{'kB':>8}")
    slow = []
    for name, path in PAGES.items():
        size = len(client.get(path).content)
        times = sorted(seconds(client, path) for _ in range(ROUNDS))
        middle, nearly_all = times[ROUNDS // 2], times[ROUNDS * 95 // 100 - 1]
        print(f"{name:<32}{middle * 1000:>8.0f}{nearly_all * 1000:>8.0f}{size / 1000:>8.0f}", flush=True)
        if nearly_all > LIMIT:
            slow.append(name)
    for path in FILES:
        print(f"{path:<32}{seconds(client, path) * 1000:>8.0f} once, whole")
    if slow:
        sys.exit(f"Slower than {LIMIT * 1000:.0f} ms in one of twenty: {', '.join(slow)}.")
    print("Each of them is fast enough.")


def seconds(client: Any, address: str) -> float:
    """How long the whole answer takes."""
    started = time.perf_counter()
    answer = client.get(address)
    if answer.status_code != 200:
        sys.exit(f"{address} answered {answer.status_code}.")
    if answer.streaming:
        for _part in answer:
            pass
    return time.perf_counter() - started


if __name__ == "__main__":
    django.setup()
    from rus_portal import postgres

    with postgres.needed():
        main(*map(int, sys.argv[1:]))
