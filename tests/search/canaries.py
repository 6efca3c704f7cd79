"""Made-up words planted wherever the public may not read: in every kind of thing, hidden in every way there is.

Most of it was public and in the index once, since what an index has not forgotten is what leaks.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import time_machine
from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone

from accounts.roles import Role
from documents.models import Document, DocumentVersion
from documents.versions import add_version
from publishing.changes import note_change
from registry.services import case_acts
from registry.services.registration import Attachment, receive_message
from search.indexing import index_due
from tests import factories

COMMON = "Gemensamord"
"""A word in all public and all hidden things: its counts show whether something hidden was counted."""
SYLLABLES = (
    ("zvo", "zki", "zla", "zmy", "zne"),
    ("bu", "dre", "fo", "gni"),
    ("py", "ru", "smo"),
    ("jek", "tux", "wim"),
)


@dataclass
class Canaries:
    """The planted words and their places, the public things beside them, and the addresses of hidden ones."""

    words: dict[str, str] = field(default_factory=dict)
    public: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, Any] = field(default_factory=dict)
    versions: list[DocumentVersion] = field(default_factory=list)
    """Hidden files of public documents."""

    def word(self, where: str) -> str:
        """Return a word that occurs only in this place."""
        self.words[where] = "".join([*product(*SYLLABLES)][len(self.words)])
        return self.words[where]


def ways(now: datetime) -> dict[str, dict[str, Any]]:
    """A way to hide something from the public."""
    return {
        "draft": {"publication": "draft"},
        "in review": {"publication": "review"},
        "archived": {"publication": "archived"},
        "not yet": {"publish_from": now + timedelta(days=1)},
        "no longer": {"publish_until": now - timedelta(days=1)},
    }


def plant() -> Canaries:
    """Hide things that were public and indexed two days ago, without telling the index."""
    canaries, now = Canaries(), timezone.now()
    with time_machine.travel(now - timedelta(days=2)):
        make = _makers()
        canaries.public = {kind: one(f"{COMMON} {kind}") for kind, one in make.items()}
        for (kind, one), way in product(make.items(), ways(now)):
            canaries.hidden[f"{way} {kind}"] = one(f"{COMMON} {canaries.word(f'{way} {kind}')}")
        _make_parts(canaries)
        _make_versions(canaries)
        index_due()
    for where, thing in canaries.hidden.items():
        _update(thing, **next(fields for way, fields in ways(now).items() if where.startswith(way)))
    for version, what in zip(canaries.versions, _kept_back(now), strict=True):
        _update(version, **what)
    _register(canaries)
    return canaries


def _makers() -> dict[str, Callable[[str], Any]]:
    """Return functions that create and publish one thing of each kind, with a title."""
    goal, plan, programme = factories.make_goal(), factories.make_plan(), factories.make_programme()
    earlier = factories.make_goal(factories.make_strategy(is_current=False)).strategy
    return {
        "strategy": lambda title: factories.make_strategy(title=title, is_current=False),
        "goal": lambda title: factories.make_goal(goal.strategy, title=title),
        "priority": lambda title: factories.make_priority(goal, title=title),
        "indicator": lambda title: factories.make_indicator({2020: 50}, title=title),
        "plan": lambda title: factories.make_plan(title=title),
        "activity": lambda title: factories.make_activity(plan, title=title),
        "programme": lambda title: factories.make_programme(name=title),
        "call": lambda title: factories.make_call(programme, title=title),
        "followup": lambda title: factories.publish_followup(factories.make_followup(earlier, title=title)),
        "document": lambda title: factories.make_document(title=title),
        "news": lambda title: factories.make_news(title=title, body=f"<p>{title}</p>"),
        "staff": lambda title: factories.make_staff(name=title),
    }


def _make_parts(canaries: Canaries) -> None:
    """Create published things below hidden ones, and hidden parts of public things."""
    goal, plan, programme, strategy = (
        factories.make_goal(),
        factories.make_plan(),
        factories.make_programme(),
        factories.make_strategy(is_current=False),
    )
    canaries.hidden |= {"archived goal of a priority": goal, "draft plan of an activity": plan}
    canaries.hidden |= {"archived programme of a call": programme, "draft strategy of a goal": strategy}
    factories.make_priority(goal, title=canaries.word("priority of an archived goal"))
    factories.make_activity(plan, title=canaries.word("activity of a draft plan"))
    factories.make_call(programme, title=canaries.word("call of an archived programme"))
    factories.make_goal(strategy, title=canaries.word("goal of a draft strategy"))
    factories.make_update(canaries.public["activity"], text=canaries.word("private update"), is_public=False)
    note_change(canaries.hidden["draft news"], note_sv=canaries.word("note on a draft"), by="Frida")


def _make_versions(canaries: Canaries) -> None:
    """Create documents with an unpublished newer version, and one with a superseded older version."""
    for name in ("withdrawn", "waiting", "dangerous"):
        document = factories.make_document(title=f"Dokument med {name}", slug=f"dokument-{name}")
        canaries.versions.append(_version_of(document, canaries, name))
    replaced = factories.make_document(versions=2, slug="dokument-ersatt")
    replaced.versions.get(number=1).texts.create(number=1, text=canaries.word("page of an earlier version"))


def _version_of(document: Document, canaries: Canaries, name: str) -> DocumentVersion:
    title, note = canaries.word(f"file of a {name} version"), canaries.word(f"note of a {name} version")
    file = ContentFile(factories.make_pdf_file(title), name=f"{canaries.word(f'file name of a {name} version')}.pdf")
    version = add_version(document, file, note, note)
    version.outline = [[0, canaries.word(f"contents of a {name} version"), 1]]
    version.save()
    version.texts.create(number=1, text=canaries.word(f"page of a {name} version"))
    return version


def _kept_back(now: datetime) -> list[dict[str, Any]]:
    return [{"withdrawn_at": now, "withdrawn_reason_sv": "Fel fil."}, {"scan": "pending"}, {"scan": "infected"}]


def _register(canaries: Canaries) -> None:
    """Create a case with everything protected in it, and one with a secrecy mark."""
    registrar = factories.make_user(Role.REGISTRAR)
    for name in ("case", "secret case"):
        file = io.BytesIO(canaries.word(f"file of a {name}").encode())
        message = factories.make_message(
            name=canaries.word(f"party of a {name}"),
            email=f"{canaries.word(f'address of a {name}')}@example.org",
            subject=canaries.word(f"subject of a {name}"),
            body=canaries.word(f"text of a {name}"),
            attachments=[Attachment(f"{canaries.word(f'file name of a {name}')}.txt", "text/plain", file)],
        )
        case = receive_message(message).record.case
        canaries.public[name] = case
        case_acts.write_note(case, canaries.word(f"note of a {name}"), registrar)
    provision, authority = canaries.word("provision"), canaries.word("authority")
    case_acts.mark_secret(case, provision=provision, authority=authority, user=registrar)


def _update(thing: Model, **fields: Any) -> None:
    """Write straight to the database, past the rules of the models."""
    assert type(thing)._default_manager.filter(pk=thing.pk).update(**fields) == 1


def misspelt(word: str) -> str:
    """Swap two letters in the middle."""
    middle = len(word) // 2
    return f"{word[: middle - 1]}{word[middle]}{word[middle - 1]}{word[middle + 1 :]}"
