"""Does my project fit? Match an idea with the strategy and the funding, and give the reasons in words.

Themes come first: by the words that editors list for them, then by the texts of published plans and activities. Goals
and priorities follow along the red thread from the activities found, programmes from the themes. A word in the texts of
several themes weighs less for each.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan, Activity, Contribution, Involvement, Organisation, Theme
from contacts.models import StaffMember
from funding.idea_words import Hits, IdeaWord, analyse_idea, list_theme_words, rank_themes
from funding.models import APPLICANTS, Call, CallState, FundingProgramme, Guidance, ThemeWords
from strategy.models import Goal, Priority, Strategy

IN_TITLE, IN_TEXT = 2.0, 1.0
OF_TEXTS = 0.4
"""The weight of a word in a theme's texts, compared with a hint that an editor has listed."""
CHOSEN = 100.0
"""The score of a theme that the visitor chose: it comes before all guesses."""
SHOWN = {"themes": 3, "goals": 3, "priorities": 4, "activities": 5, "programmes": 4, "contacts": 3}
NEARLY, NOT_FAR, TOO_LITTLE = 0.5, 0.4, 0.2
"""The lowest shown share of the best score, for themes and for other things, and the lowest score of a theme."""
FINISHED = 0.6
"""The factor for done or cancelled activities, which can no longer be joined."""


@dataclass(frozen=True)
class Question:
    """The visitor's question. Every part is optional."""

    idea: str = ""
    theme: Theme | None = None
    kind: str = ""
    municipality: Organisation | None = None

    def __bool__(self) -> bool:
        return bool(self.idea or self.theme or self.kind or self.municipality)


@dataclass
class Fit:
    """A match: the thing, its score, and the reasons."""

    thing: Any
    score: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def add(self, score: float, reason: str = "") -> None:
        self.score += score
        if reason and reason not in self.reasons:
            self.reasons.append(reason)


@dataclass
class TextScore:
    """The words of an idea in a theme's texts, the score of the best text, and that of all."""

    places: set[int] = field(default_factory=set)
    best: float = 0.0
    score: float = 0.0


@dataclass
class Answer:
    """All matches of a question, the best first."""

    themes: list[Fit] = field(default_factory=list)
    goals: list[Fit] = field(default_factory=list)
    priorities: list[Fit] = field(default_factory=list)
    activities: list[Fit] = field(default_factory=list)
    programmes: list[Fit] = field(default_factory=list)
    calls: list[Fit] = field(default_factory=list)
    contacts: list[Fit] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.themes or self.goals or self.priorities or self.activities or self.programmes)


class ActivityHits(NamedTuple):
    """An activity's hits, before the activity itself is fetched."""

    pk: int
    theme: int
    status: str
    takes_part: bool
    in_title: set[int]
    in_text: set[int]

    @property
    def places(self) -> set[int]:
        return self.in_title | self.in_text


class Matcher:
    """Answers one question against one strategy, in a fixed number of queries."""

    def __init__(self, question: Question, strategy: Strategy) -> None:
        self.question, self.strategy = question, strategy
        self.language = get_language() or "sv"
        lists = ThemeWords.objects.select_related("theme").order_by("theme__position", "theme__slug")
        self.asked: list[IdeaWord] = analyse_idea(question.idea, list_theme_words(lists), self.language)
        self.hits = Hits(self.asked, self.language)
        self.worth = [1.0] * len(self.asked)
        """The weight of each word: lower, the more themes' texts hold it."""

    def answer(self) -> Answer:
        rows = self._activity_texts()
        themes = self._themes(rows)
        activities = self._activities(rows, themes)
        goals, priorities = self._goals(activities)
        programmes = self._programmes(themes)
        return Answer(
            themes=themes,
            goals=goals,
            priorities=priorities,
            activities=activities,
            programmes=programmes,
            calls=self._calls(programmes),
            contacts=_contacts(themes, activities, programmes),
        )

    def words(self, places: Iterable[int]) -> str:
        """Return words of the idea as they were written: “fiber”, “byar”."""
        texts = [self.asked[place].text for place in sorted(places)]
        return ", ".join(f"“{text}”" if self.language == "en" else f"”{text}”" for text in texts[:4])

    # Activities, first as rows of hits: there may be thousands, and few are shown.
    def _activity_texts(self) -> list[ActivityHits]:
        """Return the candidates: by words, theme or municipality."""
        takes_part = Involvement.objects.filter(activity=OuterRef("pk"), organisation=self.question.municipality)
        themes = set(rank_themes(self.asked)[: SHOWN["themes"]])
        if self.question.theme:
            themes.add(self.question.theme.pk)
        rows = (
            Activity.objects.published()
            .filter(plan__strategy=self.strategy)
            .exclude(delivery_status=Activity.Delivery.MERGED)
            .annotate(takes_part=Exists(takes_part))
            .order_by("pk")
            .values_list("pk", "plan__theme", "delivery_status", "takes_part", *self._columns("title", "summary"))
        )
        if not self.asked:
            rows = rows.filter(Q(plan__theme__in=themes) | Q(takes_part=True))
        found = (ActivityHits(*row[:4], *map(self.hits.among, row[4:])) for row in rows)
        return [row for row in found if row.places or row.takes_part or row.theme in themes]

    def _columns(self, *names: str) -> list[str]:
        """Return the names of columns in the visitor's language: what is not translated says nothing."""
        return [f"{name}_{self.language}" for name in names]

    def _hits_in(self, thing: Any, *names: str) -> list[set[int]]:
        return [self.hits.among(getattr(thing, column)) for column in self._columns(*names)]

    def _themes(self, rows: Sequence[ActivityHits]) -> list[Fit]:
        """Return the themes that the idea is about, each with its plan."""
        plans = (
            ActionPlan.objects.published()
            .filter(strategy=self.strategy)
            .select_related("theme")
            .prefetch_related(Prefetch("coordinators", StaffMember.objects.published(), to_attr="shown_coordinators"))
        )
        fits = {plan.theme_id: Fit(plan) for plan in plans}
        texts = [(theme, set().union(*self._hits_in(fit.thing, "title", "summary"))) for theme, fit in fits.items()]
        said = self._said_by_texts([*texts, *((row.theme, row.places) for row in rows)])
        for theme, fit in fits.items():
            self._judge_theme(fit, said.get(theme, TextScore()))
        best = sorted(fits.values(), key=lambda fit: (-fit.score, fit.thing.theme.position, fit.thing.theme.slug))
        least = max(best[0].score * NEARLY, TOO_LITTLE) if best else 0
        return [fit for fit in best if fit.score >= least][: SHOWN["themes"]]

    def _judge_theme(self, fit: Fit, said: TextScore) -> None:
        theme = fit.thing.theme
        known = {place for place, asked in enumerate(self.asked) if asked.themes.get(theme.pk)}
        about = {"words": self.words(known), "theme": theme.title}
        if theme == self.question.theme:
            fit.add(CHOSEN, _("You chose the area %(theme)s.") % about)
        if known:
            score = sum(self.asked[place].themes[theme.pk] for place in known)
            fit.add(score, _("You wrote %(words)s, which belongs to %(theme)s.") % about)
        new = said.places - known
        reason = _("The plan or its activities also mention %(words)s.") % {"words": self.words(new)}
        fit.add(OF_TEXTS * said.score, reason if new else "")

    def _said_by_texts(self, texts: Sequence[tuple[int, set[int]]]) -> dict[int, TextScore]:
        """Score each theme by the published texts.

        Words that an editor has listed do not count here. Of the others, a word in the texts of several themes weighs
        less, and several words in one text weigh more.
        """
        themes_of: list[set[int]] = [set() for _asked in self.asked]
        for theme, places in texts:
            for place in places:
                themes_of[place].add(theme)
        self.worth = [1 / max(len(themes), 1) for themes in themes_of]
        said: dict[int, TextScore] = defaultdict(TextScore)
        for theme, places in texts:
            said[theme].places |= places
            unplaced = [self.worth[place] for place in places if not self.asked[place].themes]
            said[theme].best = max(said[theme].best, sum(unplaced))
        for one in said.values():
            unplaced = [self.worth[place] for place in one.places if not self.asked[place].themes]
            one.score = one.best + sum(worth**2 for worth in unplaced)
        return said

    def _activities(self, rows: Sequence[ActivityHits], themes: Sequence[Fit]) -> list[Fit]:
        shares = {fit.thing.theme_id: fit.score / themes[0].score for fit in themes}
        scored = []
        for row in rows:
            if row.theme not in shares and not row.takes_part:
                continue
            score = self._score(row.in_title, row.in_text) + shares.get(row.theme, 0) + IN_TITLE * row.takes_part
            scored.append((-score * (1 if row.status in Activity.OPEN else FINISHED), row.pk, row))
        best = sorted(scored, key=lambda one: one[:2])[: SHOWN["activities"]]
        found = Activity.objects.published().filter(pk__in=[pk for _score, pk, _row in best])
        by_pk = {activity.pk: activity for activity in found.select_related("plan__theme", "contact").defer("body")}
        return [self._activity(by_pk[pk], -score, row) for score, pk, row in best if pk in by_pk]

    def _activity(self, activity: Activity, score: float, row: ActivityHits) -> Fit:
        fit = Fit(activity, score)
        if row.places:
            fit.add(0, _("You wrote %(words)s, which this activity is about.") % {"words": self.words(row.places)})
        if row.takes_part and self.question.municipality:
            fit.add(0, _("%(municipality)s is involved.") % {"municipality": self.question.municipality.name})
        if not fit.reasons:
            fit.add(0, _("It belongs to the area %(theme)s.") % {"theme": activity.plan.theme.title})
        return fit

    # The red thread upward.
    def _goals(self, activities: Sequence[Fit]) -> tuple[list[Fit], list[Fit]]:
        """Return goals and priorities whose texts hold the words, or that the activities found serve."""
        goals = {one.pk: Fit(one) for one in Goal.objects.published().filter(strategy=self.strategy)}
        published = Priority.objects.published().filter(goal__strategy=self.strategy)
        priorities = {one.pk: Fit(one) for one in published.select_related("goal")}
        scores = {fit.thing.pk: fit.score for fit in activities}
        served = Contribution.objects.filter(activity__in=scores).select_related("activity").order_by("pk")
        for contribution in sorted(served, key=lambda one: (-scores[one.activity_id], one.pk)):
            reason = _("The activity %(activity)s contributes to it.") % {"activity": contribution.activity.title}
            for fits, pk in ((goals, contribution.goal_id), (priorities, contribution.priority_id)):
                if pk in fits:
                    fits[pk].add(scores[contribution.activity_id] / 2, "" if fits[pk].reasons else reason)
        for fit in (*goals.values(), *priorities.values()):
            self._add_text_hits(fit, "title", _("You wrote %(words)s, which the text also mentions."))
        return _best(goals.values(), "goals"), _best(priorities.values(), "priorities")

    def _add_text_hits(self, fit: Fit, title: str, reason: str) -> None:
        in_title, in_text = self._hits_in(fit.thing, title, "summary")
        if places := in_title | in_text:
            fit.add(self._score(in_title, in_text), reason % {"words": self.words(places)})

    def _score(self, in_title: set[int], in_text: set[int]) -> float:
        """Return the score of the words found in a title and a text."""
        return sum((IN_TITLE if place in in_title else IN_TEXT) * self.worth[place] for place in in_title | in_text)

    # The money.
    def _programmes(self, themes: Sequence[Fit]) -> list[Fit]:
        """Return programmes that suit the themes or hold the words, for this kind of applicant, with their calls."""
        calls = Call.objects.published().exclude(pk__in=Call.objects.closed()).closing_first()
        first = themes[0].thing if themes else None
        found = (
            FundingProgramme.objects.published()
            .select_related("contact")
            .prefetch_related(
                "themes",
                Prefetch("calls", calls, to_attr="shown_calls"),
                Prefetch("guidance", Guidance.objects.filter(plan=first), to_attr="shown_guidance"),
            )
        )
        fits = [self._programme(programme, themes) for programme in found]
        return _best([fit for fit in fits if fit], "programmes")

    def _programme(self, programme: Any, themes: Sequence[Fit]) -> Fit | None:
        if self.question.kind and self.question.kind not in programme.applicants:
            return None
        fit = Fit(programme)
        suited = {theme.pk for theme in programme.themes.all()}
        suiting = [theme for theme in themes if theme.thing.theme_id in suited]
        if suiting:
            score = sum(theme.score / themes[0].score * 2 for theme in suiting)
            areas = ", ".join(theme.thing.theme.title for theme in suiting)
            fit.add(score, _("The programme covers: %(areas)s.") % {"areas": areas})
        self._add_text_hits(fit, "name", _("You wrote %(words)s, which the programme's text also mentions."))
        if not fit.score and (self.question.idea or self.question.theme):
            return None
        if self.question.kind:
            kind = APPLICANTS[Organisation.Kind(self.question.kind)]
            fit.add(0.1, _("The programme accepts applications from %(kind)s.") % {"kind": kind})
        fit.add(0.5 * any(call.state() == CallState.OPEN for call in programme.shown_calls))
        return fit

    def _calls(self, programmes: Sequence[Fit]) -> list[Fit]:
        """Return their open and upcoming calls, those that close first first."""
        fits = [Fit(call, 0, fit.reasons[:1]) for fit in programmes for call in fit.thing.shown_calls]
        for fit in fits:
            fit.thing.is_open = fit.thing.state() == CallState.OPEN
        return sorted(fits, key=_closing_first)


def _closing_first(fit: Fit) -> tuple[Any, ...]:
    call = fit.thing
    return (not call.is_open, call.closes_on is None, call.closes_on or call.opens_on, call.opens_on, call.pk)


def _best(fits: Iterable[Fit], kind: str) -> list[Fit]:
    """Return those that score about as well as the best, in order of score."""
    best = sorted((fit for fit in fits if fit.score > 0), key=lambda fit: -fit.score)
    return [fit for fit in best if fit.score >= best[0].score * NOT_FAR][: SHOWN[kind]]


def _contacts(themes: Sequence[Fit], activities: Sequence[Fit], programmes: Sequence[Fit]) -> list[Fit]:
    """Return contacts: the plans' coordinators, then the contacts of the activities and programmes."""
    asked: dict[int, Fit] = {}
    for fit in themes[:2]:
        for person in fit.thing.shown_coordinators:
            reason = _("Coordinates %(plan)s.") % {"plan": fit.thing.title}
            asked.setdefault(person.pk, Fit(person)).add(0, reason)
    answerable = [(fit, _("Contact for the activity %(thing)s.")) for fit in activities[:2]]
    answerable += [(fit, _("Knows about %(thing)s.")) for fit in programmes[:2]]
    for fit, reason in answerable:
        person = fit.thing.contact
        if person and person.is_published() and person.pk not in asked:
            asked[person.pk] = Fit(person, 0, [reason % {"thing": fit.thing}])
    return list(asked.values())[: SHOWN["contacts"]]
