"""Indicators, follow-ups and funding."""

from datetime import date
from typing import Any

from actionplans.models import Organisation, Theme
from followup.models import FollowUp, Verdict
from funding.models import Call, FundingProgramme, Guidance, ThemeWords
from indicators.models import Area, Direction, Indicator, IndicatorValue, OutcomeOverride, ValueStatus
from strategy.models import Strategy
from tests.factories.content import any_strategy, make_plan, make_theme
from tests.factories.publishing import in_both_languages, numbers, published


def make_area(code: str = "0022", **given: Any) -> Area:
    """The county, unless told; the same one however often it is asked for."""
    names = {"0022": ("Västernorrland", "Västernorrland"), "0000": ("Riket", "Sweden")}.get(code, (code, code))
    texts = in_both_languages(given, name=names)
    area, _is_new = Area.objects.get_or_create(
        code=code, defaults={"position": {"0022": 0, "0000": 9}.get(code, 5), **texts}
    )
    return area


def make_indicator(
    values: dict[int, Any] | None = None, targets: dict[int, Any] | None = None, **given: Any
) -> Indicator:
    """An indicator entered by hand, with a value a year for the county (None is missing), and what follows from them.

    `goals` and `areas` take lists; without areas it is shown for the county and the nation.
    """
    from indicators.services import refresh_derived_fields

    number = next(numbers)
    goals, areas = given.pop("goals", []), given.pop("areas", None) or [make_area("0022"), make_area("0000")]
    texts = in_both_languages(
        given,
        title=(f"Indikator {number}", f"Indicator {number}"),
        summary=("Hur många som arbetar.", "How many people work."),
        unit=("procent", "per cent"),
        source_name=("Egen statistik", "Our own statistics"),
    )
    defaults = {
        "slug": f"indikator-{number}",
        "direction": Direction.HIGHER,
        "baseline_year": 2015,
        "decimals": 1,
    }
    indicator = Indicator.objects.create(**published() | defaults | texts)
    indicator.goals.set(goals)
    indicator.areas.set(areas)
    for year, value in (targets or {}).items():
        indicator.targets.create(year=year, value=value)
    for year, value in (values or {}).items():
        make_value(indicator, year, value)
    refresh_derived_fields(indicator)
    indicator.refresh_from_db()
    return indicator


def make_value(indicator: Indicator, year: int, value: Any, **given: Any) -> IndicatorValue:
    status = ValueStatus.MISSING if value is None else ValueStatus.FINAL
    area = given.pop("area", None) or make_area("0022")
    return IndicatorValue.objects.create(
        **{"indicator": indicator, "year": year, "value": value, "status": status, "area": area} | given
    )


def make_override(indicator: Indicator, **given: Any) -> OutcomeOverride:
    """A person's judgement of an outcome, with what follows from it."""
    from indicators.services import refresh_derived_fields

    texts = in_both_languages(given, reason=("Pandemin stör jämförelsen.", "The pandemic disturbs the comparison."))
    defaults = {"verdict": OutcomeOverride.Verdict.UNKNOWN, "signed_by": "Frida Bergman, samordnare"}
    override = OutcomeOverride.objects.create(indicator=indicator, **defaults | texts)
    refresh_derived_fields(indicator)
    return override


def make_followup(strategy: Strategy | None = None, *, assessed: bool = True, **given: Any) -> FollowUp:
    """A draft, with every goal assessed unless told otherwise. `publish_followup` freezes it."""
    from followup.services import add_missing_assessments

    number = next(numbers)
    texts = in_both_languages(
        given,
        title=(f"Uppföljning {number}", f"Follow-up {number}"),
        summary=("Så gick det.", "How it went."),
        body=("<p>Det lärde vi oss.</p>", "<p>What we learnt.</p>"),
    )
    defaults = {
        "slug": f"uppfoljning-{number}",
        "strategy": strategy or any_strategy(),
        "year": 2025,
        "as_of": date(2025, 12, 31),
        "signed_by": "Anna Ek, analytiker",
        "signed_on": date(2026, 2, 1),
    }
    followup = FollowUp.objects.create(**defaults | texts)
    add_missing_assessments(followup)
    if assessed:
        followup.assessments.update(
            verdict=Verdict.PARTLY,
            text_sv="Vi når en bit.",
            text_en="We get some of the way.",
            signed_by="Anna Ek, analytiker",
            signed_on=date(2026, 2, 1),
        )
    return followup


def publish_followup(followup: FollowUp, **given: Any) -> FollowUp:
    from followup.services import freeze_for_publishing

    freeze_for_publishing(followup)
    for name, value in (published() | given).items():
        setattr(followup, name, value)
    followup.save()
    return followup


def make_programme(**given: Any) -> FundingProgramme:
    """A programme that every kind of organisation may apply to. `themes` and `activities` take lists."""
    number = next(numbers)
    themes, activities = given.pop("themes", []), given.pop("activities", [])
    texts = in_both_languages(
        given,
        name=(f"Program {number}", f"Programme {number}"),
        summary=("Pengar till projekt.", "Money for projects."),
        body=("<p>Programmets text.</p>", "<p>The text of the programme.</p>"),
        authority=("Tillväxtverket", "The agency"),
        geography=("Länet", "The county"),
    )
    defaults = {
        "slug": f"program-{number}",
        "fund": FundingProgramme.Fund.GROWTH,
        "applicants": list(Organisation.Kind),
    }
    programme = FundingProgramme.objects.create(**published() | defaults | texts)
    programme.themes.set(themes)
    programme.activities.set(activities)
    return programme


def make_call(programme: FundingProgramme | None = None, **given: Any) -> Call:
    """A call that is open all the time."""
    number = next(numbers)
    texts = in_both_languages(
        given,
        title=(f"Utlysning {number}", f"Call {number}"),
        summary=("Sök nu.", "Apply now."),
    )
    defaults = {"programme": programme or make_programme(), "opens_on": date(2026, 1, 1)}
    return Call.objects.create(**published() | defaults | texts)


def make_guidance(programme: FundingProgramme | None = None, **given: Any) -> Guidance:
    """How a programme serves a plan of its own, unless a goal or plan is given."""
    if not {"goal", "plan"} & given.keys():
        given["plan"] = make_plan()
    texts = in_both_languages(given, how=("Så tjänar pengarna.", "How the money serves."))
    return Guidance.objects.create(programme=programme or make_programme(), **texts)


def make_theme_words(theme: Theme | None = None, **given: Any) -> ThemeWords:
    texts = in_both_languages(given, telling=("bredband", "broadband"), hints=("kabel", "cable"))
    return ThemeWords.objects.create(theme=theme or make_theme(), **texts)
