"""Timed publications on two nodes with two workers, one of which is killed: each exactly once, on both nodes."""

from tests.load.publications import find_broken, hide_until_later, read_on_nodes, schedule_changes
from tests.portal_process import Portal, another_node

NUMBER = 24


def test_changes_due_at_one_second_are_published_once_though_a_worker_is_killed(own_portal: Portal) -> None:
    with another_node(own_portal) as node:
        changes = schedule_changes(own_portal, NUMBER)
        readers = read_on_nodes([own_portal, node], changes, doomed=1)
        broken = list(find_broken(own_portal, readers, changes))

        hidden = hide_until_later(own_portal, changes)
        later = read_on_nodes([own_portal, node], hidden)

    assert broken == []
    assert [reader.waiting for reader in later] == [[], []]
    assert [reader.last_old for reader in later] == [0, 0]
    assert all(seconds > 0 for reader in later for seconds in reader.lateness.values())
