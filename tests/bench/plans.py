"""How fast the goal's page, the matrix, the timeline and their like are when there are 2,000 activities.

They are written into a database of their own: 4 goals, 12 plans, 60 organisations, every activity with two goals, four
organisations and a report. Each page is rendered anew (no page cache). Part of `make bench`; alone:
`python -m tests.bench.plans [activities]`.
"""

import os
import sys
from datetime import date, timedelta
from typing import Any

import django

from tests.bench.pages import as_if_long_in_use, own_database, refuse, seconds, time_pages, visitor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
ACTIVITIES, ROUNDS = 2_000, 40
PAGES = {
    "goal": "/mal/mal-0/",
    "matrix": "/mal/matris/",
    "timeline": "/aktiviteter/?visa=tidslinje",
    "timeline, last page": "/aktiviteter/?visa=tidslinje&page=67",
    "timeline of a plan": "/aktiviteter/?visa=tidslinje&plan=plan-3",
    "table": "/aktiviteter/?visa=tabell",
    "list, every filter": "/aktiviteter/?goal=mal-1&theme=tema-2&status=ongoing&year=2025&organisation=org-2",
    "list, words": "/aktiviteter/?q=bredband+byar",
    "organisation": "/organisationer/org-1/",
    "organisations": "/organisationer/",
    "feed of a goal": "/mal/mal-0/flode.xml",
    "plan": "/handlingsplaner/plan-3/",
}
FILES = ("/aktiviteter.csv", "/aktiviteter.json", "/aktiviteter.xlsx")
STATUSES = ("planned", "ongoing", "done", "paused", "cancelled")


def main(activities: int = ACTIVITIES) -> None:
    """Fill, measure, print; exit with status 1 if a page is slower than allowed."""
    print(f"\nWriting {activities} activities …", flush=True)
    with own_database():
        fill(activities)
        as_if_long_in_use()
        client = visitor()
        slow = time_pages(client, PAGES, ROUNDS)
        for path in FILES:
            print(f"{path:<32}{seconds(client, path) * 1000:>8.0f} once, whole")
        refuse(slow)


def fill(count: int) -> None:
    """Create that many activities, spread over goals, plans and organisations."""
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


if __name__ == "__main__":
    django.setup()
    from rus_portal import postgres

    with postgres.running_server():
        main(*map(int, sys.argv[1:]))
