"""The archive's pages in the admin: who may do what, by direct POST too."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from registry.models import Case, Delivery, Disposal, DocumentType, Intake, RetentionPlan
from registry.retention import find_plan_in_force
from registry.services.delivery import deliver_cases
from registry.services.disposal import decide_disposal, propose_disposal
from registry.services.registration import receive_message
from registry.verification import find_faults
from rus_portal.dashboards.registry import build_archivist_context as archivist_desk
from rus_portal.demo.retention import load_retention_plan
from tests.factories import (
    make_case,
    make_delivery,
    make_disposal,
    make_due_case,
    make_message,
    make_retention_plan,
    make_user,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/registry/disposal/add/"
PLANS = "/admin/registry/retentionplan/"


def page_of(thing: Any) -> str:
    return f"/admin/registry/{thing._meta.model_name}/{thing.pk}/change/"


def as_role(client: Client, role: Role) -> User:
    user = make_user(role)
    client.force_login(user)
    return user


# Proposing -----------------------------------------------------------------------------------------------


def test_due_cases_are_chosen_from_the_start(client: Client) -> None:
    as_role(client, Role.ARCHIVIST)
    due = make_due_case()

    page = client.get(ADD).content.decode()

    assert f'value="{due.pk}" id="id_cases_0" checked' in page
    assert "RUN 2026/" in page


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.ARCHIVIST])
def test_due_and_numbered_cases_are_proposed(client: Client, role: Role) -> None:
    user = as_role(client, role)
    due, other = make_due_case(), make_due_case(Case.Status.VOIDED)
    given = {"cases": [due.pk], "numbers": f" {str(other).lower()}\n{other}\n", "ground": "Plan 1"}

    response = client.post(ADD, given)

    disposal = Disposal.objects.get()
    assert response["Location"] == page_of(disposal)
    assert set(disposal.cases.all()) == {due, other}
    assert (disposal.proposed_by, disposal.keep_title) == (user, False)


def test_a_wrong_number_is_named_and_the_text_is_kept(client: Client) -> None:
    as_role(client, Role.REGISTRAR)
    still_open = make_case()

    response = client.post(ADD, {"numbers": f"{still_open}\nhej", "ground": "Min grund"})

    page = response.content.decode()
    assert response.status_code == 200
    assert f"{still_open}, hej" in page
    assert "Min grund" in page
    assert not Disposal.objects.exists()


@pytest.mark.parametrize("given", [{"ground": "Plan 1"}, {"numbers": "RUS 2026/0001"}, {"cases": ["x"], "ground": "P"}])
def test_an_empty_proposal_gets_a_sentence(client: Client, given: dict[str, Any]) -> None:
    as_role(client, Role.REGISTRAR)

    response = client.post(ADD, given)

    assert response.status_code == 200
    assert 'class="errornote"' in response.content.decode()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_others_reach_no_page_of_the_archive(client: Client, role: Role) -> None:
    disposal, delivery, plan = make_disposal(), make_delivery(), make_retention_plan()
    as_role(client, role)
    posts = {
        ADD: {"ground": "x"},
        page_of(disposal): {"act": "decide"},
        page_of(delivery): {"receipt": "x"},
        page_of(plan): {"_new_version": "1"},
        "/admin/registry/case/reports/": {},
    }

    answers = {url: (client.get(url).status_code, client.post(url, given).status_code) for url, given in posts.items()}

    assert set(answers.values()) == {(403, 403)}


# Deciding and carrying out ---------------------------------------------------------------------------------


def test_archivist_decides_and_carries_out(client: Client) -> None:
    disposal = make_disposal()
    from mailroom.models import OutgoingMail

    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
    user = as_role(client, Role.ARCHIVIST)
    url = page_of(disposal)

    client.post(url, {"act": "decide", "reason": "Enligt planen."})
    page = client.post(url, {"act": "carry_out"}, follow=True).content.decode()

    disposal.refresh_from_db()
    assert (disposal.state, disposal.decided_by) == (Disposal.State.CARRIED_OUT, user)
    assert 'id="protocol"' in page
    assert 'value="carry_out"' not in page
    assert list(find_faults()) == []


def test_archivist_rejects_with_a_reason(client: Client) -> None:
    disposal = make_disposal()
    as_role(client, Role.ARCHIVIST)

    refused = client.post(page_of(disposal), {"act": "reject"})
    client.post(page_of(disposal), {"act": "reject", "reason": "Behövs än."})

    disposal.refresh_from_db()
    assert 'class="errornote"' in refused.content.decode()
    assert (disposal.state, disposal.reason) == (Disposal.State.REJECTED, "Behövs än.")


def test_the_proposer_gets_no_button_and_a_sentence(client: Client) -> None:
    user = as_role(client, Role.ARCHIVIST)
    disposal = propose_disposal(cases=[make_due_case()], ground="Plan 1", user=user)

    page = client.get(page_of(disposal)).content.decode()
    response = client.post(page_of(disposal), {"act": "decide"})

    disposal.refresh_from_db()
    assert re.findall(r'name="act" value="(\w+)"', page) == ["withdraw"]
    assert response.status_code == 200
    assert disposal.state == Disposal.State.PROPOSED


def test_registrar_sees_a_cases_disposal_but_decides_nothing(client: Client) -> None:
    disposal = make_disposal()
    as_role(client, Role.REGISTRAR)

    page = client.get(page_of(disposal)).content.decode()

    assert 'name="act"' not in page
    for act in ("decide", "reject", "carry_out"):
        assert client.post(page_of(disposal), {"act": act, "reason": "x"}).status_code == 403


def test_an_unknown_act_and_an_early_one_change_nothing(client: Client) -> None:
    disposal = make_disposal()
    as_role(client, Role.ARCHIVIST)

    for act in ("", "carry_out", "destroy"):
        assert client.post(page_of(disposal), {"act": act}).status_code == 200

    disposal.refresh_from_db()
    assert disposal.state == Disposal.State.PROPOSED


def test_get_changes_nothing(client: Client) -> None:
    disposal = make_disposal()
    as_role(client, Role.ARCHIVIST)

    client.get(page_of(disposal), {"act": "decide"})

    disposal.refresh_from_db()
    assert disposal.state == Disposal.State.PROPOSED


def test_page_of_a_disposed_arrival_and_case_still_opens(client: Client) -> None:
    spam = receive_message(make_message(), quarantine_reason="Ifylld fälla")
    case = make_due_case()
    from mailroom.models import OutgoingMail

    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
    disposal = make_disposal(cases=[case], intakes=[spam])
    user = as_role(client, Role.ARCHIVIST)
    decide_disposal(disposal, user)
    client.post(page_of(disposal), {"act": "carry_out"})

    spam.refresh_from_db()
    assert spam.state == Intake.State.DISPOSED
    assert [client.get(page_of(thing)).status_code for thing in (spam, case, case.records.get().intake)] == [200] * 3


# Deliveries --------------------------------------------------------------------------------------------------


def test_receipt_is_noted(client: Client, tmp_path: Path) -> None:
    user = as_role(client, Role.ARCHIVIST)
    delivery = deliver_cases([make_case(Case.Status.CLOSED)], tmp_path, user, progress=[].append)

    refused = client.post(page_of(delivery), {"receipt": " "})
    client.post(page_of(delivery), {"receipt": "Kvitto 17"})
    again = client.post(page_of(delivery), {"receipt": "Kvitto 18"})

    delivery.refresh_from_db()
    assert (refused.status_code, again.status_code) == (200, 200)
    assert (delivery.receipt, delivery.cases.get().status) == ("Kvitto 17", Case.Status.ARCHIVED)


def test_registrar_notes_no_receipt(client: Client) -> None:
    delivery = make_delivery()
    as_role(client, Role.REGISTRAR)

    assert client.post(page_of(delivery), {"receipt": "Kvitto"}).status_code == 403
    assert Delivery.objects.get().receipt == ""


# The plan ------------------------------------------------------------------------------------------------------


def test_a_decided_plan_is_only_read(client: Client) -> None:
    plan = make_retention_plan(decided_on=timezone.localdate())
    as_role(client, Role.ARCHIVIST)

    response = client.post(page_of(plan), {"decided_on": "2030-01-01", "decision": "x", "_save": "1"})

    plan.refresh_from_db()
    assert response.status_code == 403
    assert plan.decided_on == timezone.localdate()
    assert 'name="_save"' not in client.get(page_of(plan)).content.decode()


def test_a_new_version_is_a_copy_that_can_be_edited_until_it_is_decided(client: Client) -> None:
    plan = make_retention_plan(version=3)
    as_role(client, Role.ARCHIVIST)

    response = client.post(page_of(plan), {"_new_version": "1"})

    copy = RetentionPlan.objects.get(version=4)
    assert response["Location"] == page_of(copy)
    kept = [("fraga", "Fråga", "Question", 2)]
    columns = ("code", "title_sv", "title_en", "retention_years")
    assert list(copy.types.values_list(*columns)) == list(plan.types.values_list(*columns)) == kept
    assert find_plan_in_force() == plan
    assert 'name="_save"' in client.get(page_of(copy)).content.decode()
    assert find_plan_in_force(copy.decided_on) == copy


def test_a_plan_is_written_from_the_start(client: Client) -> None:
    as_role(client, Role.ARCHIVIST)
    row = {"code": "fraga", "retention_years": "2", "title_sv": "Fråga", "public_title_sv": "Fråga"}
    given = {f"types-0-{name}": value for name, value in row.items()}
    counts = {"types-TOTAL_FORMS": "1", "types-INITIAL_FORMS": "0"}
    day = timezone.localdate() + timedelta(days=1)

    client.post(f"{PLANS}add/", given | counts | {"decided_on": day.isoformat(), "decision": "RUN 1", "_save": "1"})

    plan = RetentionPlan.objects.get()
    assert (plan.version, plan.types.get().code) == (1, "fraga")
    kind = plan.types.get()
    change = counts | {"types-INITIAL_FORMS": "1", "types-0-id": kind.pk, "types-0-DELETE": "on"} | given
    client.post(page_of(plan), change | {"decided_on": day.isoformat(), "decision": "RUN 1", "_save": "1"})
    assert not DocumentType.objects.exists()


def test_demo_has_a_plan_in_both_languages_and_keeps_the_archivists_own() -> None:
    load_retention_plan()
    load_retention_plan()

    plan = RetentionPlan.objects.get()
    codes = ["allman-handling", "fraga", "projektansokan", "remissvar", "spam", "synpunkt"]
    assert [kind.code for kind in plan.types.all()] == codes
    assert all(kind.title_sv and kind.title_en and kind.public_title_en for kind in plan.types.all())


# The dashboard --------------------------------------------------------------------------------------------------------


@time_machine.travel(datetime(2026, 5, 4, 10, 30, tzinfo=UTC), tick=False)
def test_archivists_desk_shows_what_waits(client: Client) -> None:
    as_role(client, Role.ARCHIVIST)
    due, disposal, delivery = make_due_case(), make_disposal(), make_delivery()

    shown = archivist_desk()
    page = client.get("/admin/").content.decode()

    assert (shown["due"], shown["due_count"], shown["deliverable_count"]) == ([due], 1, 1)
    assert (shown["disposals"], shown["deliveries"]) == ([disposal], [delivery])
    for url in (ADD, page_of(disposal), page_of(delivery), "/admin/registry/case/reports/"):
        assert f'href="{url}"' in page


def test_empty_desk_says_that_nothing_waits(client: Client) -> None:
    as_role(client, Role.ARCHIVIST)

    assert client.get("/admin/").content.decode().count('class="empty"') == 4


def test_plan_in_force_is_the_latest_decided() -> None:
    make_retention_plan(version=1, decided_on=date(2026, 1, 1))
    second = make_retention_plan(version=2, decided_on=date(2026, 2, 1))
    make_retention_plan(version=3, decided_on=date(2026, 3, 1))

    assert find_plan_in_force(date(2026, 2, 28)) == second
    assert find_plan_in_force(date(2025, 1, 1)) is None
