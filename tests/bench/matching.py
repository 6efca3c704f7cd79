"""How fast "does my project fit?" answers when the strategy has 2,000 activities.

The activities are written many at a time, with words that real ones have; every address is rendered anew.
"""

from datetime import UTC, date, datetime
from urllib.parse import urlencode

from tests.bench.pages import as_if_long_in_use, own_database, refuse, time_pages, visitor

PLANS, ACTIVITIES, ROUNDS = 9, 2_000, 20
PAGE = "/passar-mitt-projekt/"
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
    """Fill a separate database, then time each question; exit with status 1 if one is slower than allowed."""
    print(f"\nWriting {ACTIVITIES} activities …", flush=True)
    with own_database():
        fill()
        as_if_long_in_use()
        refuse(time_pages(visitor(), {key: f"{PAGE}?{urlencode(asked)}" for key, asked in QUESTIONS.items()}, ROUNDS))


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
