"""Fifty editors at twenty activities, half of which are disputed: no text may be lost, no answer may be an error.

    python -m tests.load.fifty_editors [--editors 50] [--activities 20] [--turns 4]

Each editor opens her activity's form, writes, is kept as a draft while she writes, and saves; some only save a draft or
leave. On every other activity all write into the same field. What others have saved meanwhile is resolved as people do:
one's own text, the other's, or both. The portal is one of its own, whose database waits for the disk. A portal that is
busy (503 with Retry-After) is asked again when it says so.

Ends with 1 if an answer is an error or does not come, a text that was sent is neither published nor in the history, a
draft or on a page that showed it again, a saved text is neither published nor in the history, or a text was replaced
by somebody who had not been shown it.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
import django

django.setup()

from tests.load.found_texts import FoundTexts  # noqa: E402
from tests.load.rival_editors import DISPUTED, OWN_FIELDS, Editor  # noqa: E402
from tests.load.whole_portal import whole_portal  # noqa: E402
from tests.portal_process import Portal  # noqa: E402

LOGINS_AT_ONCE = 2
"""More would meet the limit of passwords that are looked at at once."""
ACTIVITIES = (
    "SELECT a.id FROM actionplans_activity a JOIN actionplans_actionplan p ON p.id = a.plan_id"
    " WHERE a.publication = 'published' AND p.publication = 'published' AND a.merged_into_id IS NULL"
    " AND NOT p.needs_review ORDER BY a.id LIMIT %s"
)
HIRE = (
    "WITH model AS (SELECT * FROM auth_user WHERE username = 'administrator'), hired AS ("
    "INSERT INTO auth_user (username, password, first_name, last_name, email, is_staff, is_superuser, is_active,"
    " date_joined) SELECT 'redaktor-' || n, password, 'Redaktör', n::text, '', true, is_superuser, true, now()"
    " FROM model, generate_series(1, %s) n RETURNING id, username), joined AS ("
    "INSERT INTO auth_user_groups (user_id, group_id) SELECT hired.id, g.group_id FROM hired, model"
    " JOIN auth_user_groups g ON g.user_id = model.id RETURNING user_id) SELECT username FROM hired ORDER BY id"
)
"""Logins with the password and the roles of the example's administrator."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--editors", type=int, default=50)
    parser.add_argument("--activities", type=int, default=20)
    parser.add_argument("--turns", type=int, default=4)
    given = parser.parse_args()
    with whole_portal(is_surrounded=False) as portal:
        editors = hire_editors(portal, given.editors, given.activities)
        broken = list(edit_at_once(portal, editors, given.turns))
    if broken:
        sys.exit("\n".join(broken))
    print("No text was lost, and no answer was an error.")


def hire_editors(portal: Portal, number: int, activities: int) -> list[Editor]:
    """Make logins and log them in. Every other activity is disputed."""
    keys = [key for (key,) in portal.sql(ACTIVITIES, activities)]
    editors = []
    for n, (login,) in enumerate(portal.sql(HIRE, number)):
        turn, at = divmod(n, len(keys))
        field = OWN_FIELDS[turn % len(OWN_FIELDS)] if at % 2 else DISPUTED
        editors.append(Editor(portal, login, keys[at], n, field))
    with ThreadPoolExecutor(LOGINS_AT_ONCE) as pool:
        list(pool.map(Editor.log_in, editors))
    return editors


def edit_at_once(portal: Portal, editors: Sequence[Editor], turns: int) -> Iterator[str]:
    """Let all edit at the same time, print what came of it, and yield what was broken."""
    began = time.monotonic()
    with ThreadPoolExecutor(len(editors)) as pool:
        list(pool.map(lambda editor: editor.work(turns), editors))
    print_exchanges(editors, time.monotonic() - began)
    found = FoundTexts.find(portal, editors)
    print(found.describe(editors))
    yield from found.find_broken(editors)


def print_exchanges(editors: Sequence[Editor], took: float) -> None:
    statuses = sum((editor.statuses for editor in editors), Counter[int]())
    seconds = sorted(second for editor in editors for second in editor.seconds)
    p50, p95 = (seconds[len(seconds) * share // 100] for share in (50, 95))
    answers = ", ".join(f"{count} × {status or 'no answer'}" for status, count in sorted(statuses.items()))
    print(f"{len(editors)} editors, {took:.0f} s: {answers}")
    for words, count in sum((editor.refusals for editor in editors), Counter[str]()).most_common():
        print(f"{count} × {words}")
    print(f"{sum(editor.refused_logins for editor in editors)} logins were asked to come back")
    print(f"{sum(editor.conflicts for editor in editors)} saves met another's and were shown with both texts")
    print(f"answers: p50 {p50:.2f} s, p95 {p95:.2f} s, max {seconds[-1]:.2f} s")


if __name__ == "__main__":
    main()
