"""Many editors at the same things at once: nothing is lost, nothing is written over unseen, no answer is an error."""

import pytest

from tests.load import rival_editors
from tests.load.fifty_editors import edit_at_once, hire_editors
from tests.portal_process import Portal

EDITORS, ACTIVITIES = 12, 4


def test_no_text_of_editors_at_the_same_things_is_lost(own_portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rival_editors, "SECONDS_TO_TYPE", 0.1)
    editors = hire_editors(own_portal, EDITORS, ACTIVITIES)

    broken = list(edit_at_once(own_portal, editors, turns=1))

    assert broken == []
    assert sum(editor.conflicts for editor in editors) > 0
    assert all(editor.sent for editor in editors)
