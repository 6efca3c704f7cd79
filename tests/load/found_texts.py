"""Where the texts of editors are found once all is over, and whether anybody wrote over what she had not been shown."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from tests.load.rival_editors import BUSY, MARK, SERVER_ERROR, Editor
from tests.portal_process import Portal

PUBLISHED = (
    "SELECT row_to_json(a)::text FROM actionplans_activity a"
    " UNION ALL SELECT row_to_json(m)::text FROM actionplans_milestone m"
)
DRAFTS = "SELECT posted::text FROM publishing_draft"
HISTORY = (
    "SELECT r.object_id, u.username, r.contents::text FROM publishing_revision r JOIN django_content_type k"
    " ON k.id = r.content_type_id AND k.app_label = 'actionplans' AND k.model = 'activity'"
    " LEFT JOIN auth_user u ON u.id = r.author_id ORDER BY r.id"
)


class State(NamedTuple):
    """What a revision has, by the names of fields, and who saved it."""

    login: str | None
    texts: dict[str, str]


@dataclass
class FoundTexts:
    """The marks of texts by where they are. A text may be in several places."""

    published: set[str]
    history: set[str]
    drafts: set[str]
    returned: set[str]
    """On pages that showed again what could not be saved."""
    revisions: dict[int, list[State]]
    """Those of each activity, the first first."""

    @classmethod
    def find(cls, portal: Portal, editors: Iterable[Editor]) -> "FoundTexts":
        revisions = defaultdict(list)
        for key, login, contents in portal.sql(HISTORY):
            revisions[key].append(State(login, _list_texts(json.loads(contents))))
        texts = (text for states in revisions.values() for state in states for text in state.texts.values())
        return cls(
            _find_marks(text for (text,) in portal.sql(PUBLISHED)),
            _find_marks(texts),
            _find_marks(text for (text,) in portal.sql(DRAFTS)),
            {mark for editor in editors for mark in editor.returned},
            dict(revisions),
        )

    def find_broken(self, editors: Sequence[Editor]) -> Iterator[str]:
        """Yield what was answered by an error, what is lost, and what was written over unseen."""
        everywhere = self.published | self.history | self.drafts | self.returned
        for editor in editors:
            yield from editor.broken
            yield from (
                f"{editor.login}: {count} × status {status or 'none'}"
                for status, count in editor.statuses.items()
                if status == 0 or (status >= SERVER_ERROR and status != BUSY)
            )
            yield from (f"lost: {editor.login} sent {mark}" for mark in editor.sent - everywhere)
            unkept = editor.saved - self.published - self.history
            yield from (f"saved but not kept: {editor.login} saved {mark}" for mark in unkept)
        yield from self._find_written_over(editors)

    def _find_written_over(self, editors: Sequence[Editor]) -> Iterator[str]:
        """Yield the texts that were replaced by somebody who had never been shown them."""
        known = {editor.login: editor.seen | editor.own for editor in editors}
        for key, states in self.revisions.items():
            for before, after in pairwise(states):
                for name, text in before.texts.items():
                    gone = set(MARK.findall(text)) - set(MARK.findall(after.texts.get(name, "")))
                    unseen = gone - known.get(after.login or "", set())
                    yield from (f"written over: {mark} in {name} of {key} by {after.login}" for mark in unseen)

    def describe(self, editors: Sequence[Editor]) -> str:
        """Return how many texts were sent, and where they are, each at the first of the places."""
        sent = {mark for editor in editors for mark in editor.own & editor.sent}
        counts, left = [], set(sent)
        for words in ("published", "history", "drafts", "returned"):
            found = getattr(self, words) & left
            left -= found
            counts.append(f"{len(found)} {words}")
        return f"{len(sent)} texts: {', '.join(counts)}, {len(left)} nowhere"


def _find_marks(texts: Iterable[str]) -> set[str]:
    return {mark for text in texts for mark in MARK.findall(text)}


def _list_texts(contents: dict[str, Any]) -> dict[str, str]:
    """Return the texts of a revision by field, those of rows by formset and primary key too."""
    texts = {name: str(value) for name, value in contents["fields"].items()}
    for prefix, rows in contents["rows"].items():
        for pk, row in rows.items():
            texts |= {f"{prefix} {pk} {name}": str(value) for name, value in row.items()}
    return texts
