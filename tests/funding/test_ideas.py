"""Project ideas in everyday Swedish: the right theme comes first, on the page itself.

The ideas, and how they came about, stand in ideas.toml. The themes, their words, plans and activities are the demo's.
"""

import tomllib
from pathlib import Path
from urllib.parse import urlencode

from tests.crawling import fetch
from tests.portal_process import Portal

IDEAS = tomllib.loads((Path(__file__).parent / "ideas.toml").read_text(encoding="utf-8"))
FIRST_PLAN = "//section[h2='Områden och handlingsplaner']/ul/li[1]//a/@href"


def misjudged(portal: Portal, ideas: list[dict[str, str]]) -> list[str]:
    """Return the ideas with another plan, or none, first. In the demo, a theme and its plan have the same slug."""
    wrong = []
    for row in ideas:
        page = fetch(f"{portal.base_url}/passar-mitt-projekt/?{urlencode({'idea': row['idea']})}")
        assert page.status == 200
        if page.tree.xpath(FIRST_PLAN) != [f"/handlingsplaner/{row['theme']}/"]:
            wrong.append(row["idea"])
    return wrong


def test_right_theme_comes_first_for_nine_ideas_of_ten(portal: Portal) -> None:
    first_ten, later, held_out = IDEAS["development"][:10], IDEAS["development"][10:], IDEAS["held_out"]
    assert len({row["theme"] for row in first_ten}) == len({row["theme"] for row in held_out}) == 9

    wrong = [misjudged(portal, ideas) for ideas in (first_ten, held_out, later)]

    assert max(len(wrong[0]), len(wrong[1])) <= 1, wrong
    assert len(wrong[2]) <= len(later) / 10, wrong
