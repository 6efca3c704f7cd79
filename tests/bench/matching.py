"""How fast "does my project fit?" answers when the strategy has 2,000 activities.

The activities are written many at a time, with words that real ones have; every address is rendered anew.
"""

import os
import sys
import time
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

PLANS, ACTIVITIES, ROUNDS = 9, 2_000, 20
LIMIT = 0.3
"""Seconds: 19 of 20 pages come sooner."""
WORDS = """
fiber bredband byar energi solceller klimat forskare företag innovation språk nyanlända kvinnor män utbildning kurs
tåg buss cykelväg hamn lantbruk fiske skog gård kafé turister export möten nätverk stöd rådgivning kommuner
""".split()  # noqa: SIM905
QUESTIONS = {
    "nothing asked": {},
    "a few words": {"idea": "Vi är en byförening som vill dra fiber till sommarstugorna"},
    "words of most activities": {"idea": " ".join(WORDS[:20])},
    "a word of no activity": {"idea": "xylofon"},
    "as long as may be": {"idea": " ".join(f"{word}ord{n}" for n, word in enumerate(WORDS * 2))[:500]},
    "an area": {"theme": "tema-1"},
    "all at once": {
        "idea": "Solceller på gården och en kurs för lantbrukare",
        "theme": "tema-1",
        "kind": "business",
        "municipality": "kommunen",
    },
}


def main() -> None:
    """Fill a database of its own, then print the middle and the 95th percentile of each question's times."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from tests import databases
    from tests.processes import manage

    print(f"\nWriting {ACTIVITIES} activities …", flush=True)
    with databases.temporary_database() as name:
        migrated = manage("migrate", "--verbosity=0", environment=databases.environment(name))
        if migrated.returncode:
            sys.exit(migrated.stderr)
        connection.close()
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
        settings.ALLOWED_HOSTS = ["testserver"]
        try:
            fill()
            databases.query(name, "ANALYZE", as_owner=True)
            measure(Client())
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


def fill() -> None:
    from actionplans.models import Activity, Contribution, Involvement
    from tests import factories

    factories.make_registrar()
    strategy = factories.make_strategy()
    goals = [factories.make_goal(strategy) for _ in range(4)]
    municipality = factories.make_organisation(slug="kommunen")
    plans = []
    for number in range(PLANS):
        theme = factories.make_theme(slug=f"tema-{number}")
        factories.make_theme_words(
            theme, telling=" ".join(WORDS[number::PLANS]), hints=" ".join(WORDS[number + 1 :: 7])
        )
        factories.make_call(factories.make_programme(themes=[theme]))
        plans.append(factories.make_plan(theme, strategy, coordinators=[factories.make_staff()]))
    published = {"publication": "published", "publish_from": datetime(2026, 1, 1, tzinfo=UTC)}
    activities = Activity.objects.bulk_create(
        Activity(
            plan=plans[n % PLANS],
            slug=f"aktivitet-{n}",
            title_sv=f"{words(n, 4).capitalize()} {n}",
            summary_sv=f"Vi arbetar med {words(n * 7, 30)}.",
            starts_on=date(2026, 1, 1),
            delivery_status="ongoing",
            **published,
        )
        for n in range(ACTIVITIES)
    )
    Contribution.objects.bulk_create(
        Contribution(activity=one, goal=goals[n % 4], how_sv="Så.") for n, one in enumerate(activities)
    )
    Involvement.objects.bulk_create(Involvement(activity=one, organisation=municipality) for one in activities[::7])


def words(start: int, number: int) -> str:
    return " ".join(WORDS[(start * 31 + n * n * 17 + n) % len(WORDS)] for n in range(number))


def measure(client: Any) -> None:
    print(f"\n{ACTIVITIES} activities, {ROUNDS} times each question, {os.cpu_count()} cores.\n")
    print(f"{'milliseconds':<32}{'p50':>8}{'p95':>8}")
    slow = []
    for name, question in QUESTIONS.items():
        address = f"/passar-mitt-projekt/?{urlencode(question)}"
        client.get(address)
        times = sorted(seconds(client, address) for _ in range(ROUNDS))
        middle, nearly_all = times[ROUNDS // 2], times[ROUNDS * 95 // 100 - 1]
        print(f"{name:<32}{middle * 1000:>8.0f}{nearly_all * 1000:>8.0f}", flush=True)
        if nearly_all > LIMIT:
            slow.append(name)
    print("Slower than they may be: " + ", ".join(slow) if slow else "Each of them is fast enough.")


def seconds(client: Any, address: str) -> float:
    before = time.perf_counter()
    response = client.get(address)
    if response.status_code != 200:
        sys.exit(f"{address} answered {response.status_code}.")
    return time.perf_counter() - before
