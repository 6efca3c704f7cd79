"""Every status × role × act by direct POST: only what the table allows changes anything."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from registry.models import Case, Event
from registry.transition_diagram import draw_mermaid
from registry.transitions import TRANSITIONS, Act, Actor
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db

CAPACITIES = {
    "registrar": (Role.REGISTRAR, False, {Actor.REGISTRAR}),
    "own officer": (Role.OFFICER, True, {Actor.OFFICER}),
    "other officer": (Role.OFFICER, False, set()),
    "own coordinator": (Role.COORDINATOR, True, {Actor.OFFICER}),
    "archivist": (Role.ARCHIVIST, False, {Actor.ARCHIVIST}),
    "administrator": (Role.ADMINISTRATOR, False, set()),
    "nobody": (None, False, set()),
    "superuser": (None, False, {Actor.REGISTRAR, Actor.ARCHIVIST}),
    "own superuser": (None, True, {Actor.REGISTRAR, Actor.OFFICER, Actor.ARCHIVIST}),
}
"""Who posts: role, whether the case is theirs, and the actor that the table should see."""
HANDED_OVER = {
    Act.DELIVER, Act.ARCHIVE, Act.REFUSE_DELIVERY,
    Act.PROPOSE_DISPOSAL, Act.REJECT_DISPOSAL, Act.WITHDRAW_DISPOSAL, Act.DECIDE_DISPOSAL, Act.DISPOSE,
}  # fmt: skip
"""Acts that need a package or a decision, which the page of a case must refuse."""


def make_someone(name: str) -> User:
    if "superuser" in name:
        return User.objects.create_superuser("overordnad")
    return make_user(CAPACITIES[name][0])


def state_of(case: Case) -> tuple[object, ...]:
    case.refresh_from_db()
    events = Event.objects.filter(case=case).count()
    return (case.status, case.assigned_to_id, case.version, case.closed_at, case.answered_at, case.title, events)


def declared(act: Act, status: str, actors: set[Actor]) -> bool:
    transition = TRANSITIONS[act]
    reopenable = act != Act.REOPEN or status in (Case.Status.ANSWERED, Case.Status.CLOSED)
    return act not in HANDED_OVER and status in transition.sources and bool(transition.actors & actors) and reopenable


@pytest.mark.parametrize("capacity", CAPACITIES)
@pytest.mark.parametrize("status", Case.Status)
def test_direct_posts_do_what_the_table_declares_and_nothing_else(
    client: Client, status: Case.Status, capacity: str
) -> None:
    someone, officer = make_someone(capacity), make_user(Role.OFFICER)
    _role, is_own, actors = CAPACITIES[capacity]
    client.force_login(someone)
    passed, expected = [], []
    case = None

    for act in Act:
        if case is None:
            case = make_case(status, assign_to=someone if is_own else officer)
            before = state_of(case)
        given = {"act": act.value, "version": case.version, "reason": "Därför.", "officer": officer.pk}
        response = client.post(reverse("admin:registry_case_change", args=[case.pk]), given)
        after = state_of(case)
        if declared(act, status, actors):
            expected.append((act, TRANSITIONS[act].target, before[2] + 1))
        if after != before:
            passed.append((act, after[0], after[2]))
            case = None  # the next act begins with one of that status again
        else:
            assert response.status_code in (302, 403)

    assert passed == expected


def test_the_drawing_in_the_documentation_is_that_of_the_table() -> None:
    text = (settings.BASE_DIR / "docs" / "registry.md").read_text()

    assert text.count("```mermaid") == 1
    assert text.split("```mermaid\n")[1].split("```")[0] == draw_mermaid()
