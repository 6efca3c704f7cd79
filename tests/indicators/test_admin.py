"""Indicators in the admin: who may change what, and that nothing typed is lost."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from indicators.models import Fetching, Indicator, IndicatorValue, OutcomeOverride
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator() -> User:
    return factories.make_user(Role.COORDINATOR, first_name="Frida", last_name="Bergman")


@pytest.fixture
def owned(coordinator: User) -> Indicator:
    staff = factories.make_staff(user=coordinator, name="Frida Bergman")
    return factories.make_indicator({2015: "70", 2016: "71"}, {2030: "80"}, owner=staff, slug="eget")


def change_url(indicator: Indicator) -> str:
    return reverse("admin:indicators_indicator_change", args=[indicator.pk])


def form_of(client: Client, indicator: Indicator) -> dict[str, Any]:
    """What the browser would post back if nothing were touched."""
    response = client.get(change_url(indicator))
    assert response.status_code == 200
    page = response.context
    data: dict[str, Any] = {}
    forms = [page["adminform"].form]
    for inline in page["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if isinstance(value, bool):
                data |= {bound.html_name: "on"} if value else {}
            elif value is not None:
                data[bound.html_name] = [getattr(row, "pk", row) for row in value] if isinstance(value, list) else value
    return data | factories.MINOR | {"_save": "1"}


def save(client: Client, indicator: Indicator, **changes: Any) -> Any:
    data = form_of(client, indicator) | changes
    return client.post(change_url(indicator), {name: value for name, value in data.items() if value is not None})


def current(indicator: Indicator) -> dict[tuple[int, str], tuple[Decimal | None, str]]:
    return {(row.year, row.gender): (row.value, row.status) for row in indicator.values.current()}


def place(indicator: Indicator, year: int) -> str:
    """The prefix of the row of a year: the form has the latest first."""
    years = sorted((row.year for row in indicator.values.current()), reverse=True)
    return f"values-{years.index(year)}"


def test_figures_are_written_as_in_swedish(client: Client, coordinator: User, owned: Indicator) -> None:
    owned.targets.update(value="80.25")
    client.force_login(coordinator)

    page = client.get(change_url(owned)).content.decode()

    assert 'value="80,25"' in page
    assert 'value="71"' in page


def test_untouched_form_changes_no_value(client: Client, coordinator: User, owned: Indicator) -> None:
    client.force_login(coordinator)
    before = set(owned.values.values_list("pk", "value", "replaced_at"))

    assert save(client, owned).status_code == 302
    assert set(owned.values.values_list("pk", "value", "replaced_at")) == before


def test_changed_value_leaves_a_revision_and_moves_the_outcome(
    client: Client, coordinator: User, owned: Indicator
) -> None:
    client.force_login(coordinator)

    response = save(client, owned, **{f"{place(owned, 2016)}-value": "80"})

    owned.refresh_from_db()
    assert response.status_code == 302
    assert current(owned)[2016, "T"] == (Decimal(80), "final")
    assert [(row.year, row.value) for row in owned.values.revisions()] == [(2016, Decimal(71))]
    assert (owned.outcome, owned.latest_value) == ("reached", Decimal(80))


def test_emptied_value_is_missing_and_not_zero(client: Client, coordinator: User, owned: Indicator) -> None:
    client.force_login(coordinator)

    save(client, owned, **{f"{place(owned, 2016)}-value": ""})

    assert current(owned)[2016, "T"] == (None, "missing")


def test_removed_value_is_kept_as_a_revision(client: Client, coordinator: User, owned: Indicator) -> None:
    client.force_login(coordinator)

    save(client, owned, **{f"{place(owned, 2016)}-DELETE": "on"})

    assert set(current(owned)) == {(2015, "T")}
    assert owned.values.revisions().get().value == Decimal(71)


def test_new_value_is_added(client: Client, coordinator: User, owned: Indicator) -> None:
    client.force_login(coordinator)
    new = {"year": "2017", "area": factories.make_area().pk, "gender": "T", "value": "72,5", "status": "preliminary"}

    response = save(client, owned, **{f"values-2-{name}": value for name, value in new.items()})

    assert response.status_code == 302
    assert current(owned)[2017, "T"] == (Decimal("72.5"), "preliminary")


def test_value_that_somebody_added_meanwhile_is_not_written_over(
    client: Client, coordinator: User, owned: Indicator
) -> None:
    client.force_login(coordinator)
    new = {"year": "2017", "area": factories.make_area().pk, "gender": "T", "value": "72", "status": "final"}
    opened = form_of(client, owned) | {f"values-2-{name}": value for name, value in new.items()}
    factories.make_value(owned, 2017, "75")

    response = client.post(change_url(owned), opened)

    assert (response.status_code, "Två värden har samma år, område och kön." in response.content.decode()) == (
        200,
        True,
    )
    assert current(owned)[2017, "T"] == (Decimal(75), "final")


def test_value_that_somebody_changed_meanwhile_is_not_written_over(
    client: Client, coordinator: User, owned: Indicator
) -> None:
    client.force_login(coordinator)
    opened = form_of(client, owned) | {f"{place(owned, 2016)}-value": "72"}
    save(client, owned, **{f"{place(owned, 2016)}-value": "75"})

    response = client.post(change_url(owned), opened)

    assert response.status_code == 200
    assert current(owned)[2016, "T"] == (Decimal(75), "final")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"year": "2016", "value": "1", "status": "final"}, "Två värden har samma år, område och kön."),
        ({"year": "2017", "value": "1", "status": "missing"}, "Ett värde som är ifyllt saknas inte."),
    ],
)
def test_value_that_cannot_be_is_refused_and_kept_in_the_form(
    client: Client, coordinator: User, owned: Indicator, row: dict[str, str], words: str
) -> None:
    client.force_login(coordinator)
    new = {"area": factories.make_area().pk, "gender": "T"} | row

    response = save(client, owned, title_sv="Ny titel", **{f"values-2-{name}": value for name, value in new.items()})

    page = response.content.decode()
    assert (response.status_code, words in page, 'value="Ny titel"' in page) == (200, True, True)
    assert set(current(owned)) == {(2015, "T"), (2016, "T")}


def test_coordinator_meets_only_what_she_owns(client: Client, coordinator: User, owned: Indicator) -> None:
    other = factories.make_indicator({2015: "70"}, title="Någon annans")
    override = factories.make_override(other)
    client.force_login(coordinator)

    assert "Någon annans" not in client.get(reverse("admin:indicators_indicator_changelist")).content.decode()
    assert "Någon annans" not in client.get(reverse("admin:indicators_outcomeoverride_changelist")).content.decode()
    assert client.get(change_url(other)).status_code == 403
    assert client.post(change_url(other), {"title_sv": "Min"}).status_code == 403
    action = {"action": "withdraw", "_selected_action": [other.pk]}
    client.post(reverse("admin:indicators_indicator_changelist"), action)
    assert client.get(reverse("admin:indicators_indicator_history", args=[other.pk])).status_code == 403
    assert client.get(reverse("admin:indicators_outcomeoverride_change", args=[override.pk])).status_code == 302
    other.refresh_from_db()
    assert (other.title_sv, other.publication) == ("Någon annans", "published")


def test_coordinator_cannot_give_an_indicator_away(client: Client, coordinator: User, owned: Indicator) -> None:
    client.force_login(coordinator)

    save(client, owned, owner=factories.make_staff().pk, is_example="on")

    before = owned.owner
    owned.refresh_from_db()
    assert (owned.owner, owned.is_example) == (before, False)


def test_fetched_values_are_read_and_not_written(client: Client, coordinator: User, owned: Indicator) -> None:
    Indicator.objects.filter(pk=owned.pk).update(source_kind="kolada", kpi="N00945")
    row = owned.values.get(year=2016)
    client.force_login(coordinator)
    forged = {"values-TOTAL_FORMS": "1", "values-INITIAL_FORMS": "1", "values-0-id": row.pk, "values-0-value": "99",
              "values-0-indicator": owned.pk, "values-0-year": "2016", "values-0-gender": "T",
              "values-0-status": "final", "values-0-area": row.area_id}  # fmt: skip

    page = client.get(change_url(owned)).content.decode()
    saved = save(client, owned, **forged)

    assert ("71,0" in page, 'name="values-0-value"' in page, saved.status_code) == (True, False, 302)
    assert current(owned)[2016, "T"] == (Decimal(71), "final")


def test_new_query_is_fetched_at_once(client: Client, coordinator: User, owned: Indicator) -> None:
    client.force_login(coordinator)

    response = save(client, owned, source_kind="kolada", kpi="N00945")

    assert response.status_code == 302
    assert Fetching.objects.get(indicator=owned).due_at <= timezone.now()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source_kind": "kolada"}, "Ange vilket av Koladas nyckeltal det är."),
        ({"source_kind": "kolada", "kpi": "../x"}, "Skriv en bokstav och fem siffror"),
        ({"source_kind": "scb", "selections": '{"Tid": ["2020"]}'}, "Ange vilken av SCB:s tabeller det är."),
        ({"source_kind": "scb", "table": "TAB1", "selections": '{"Tid": ["*"]}'}, "Skriv varje variabel med en lista"),
        ({"source_kind": "scb", "table": "TAB1", "selections": '["Tid"]'}, "Skriv varje variabel med en lista"),
        (
            {"source_kind": "scb", "table": "TAB1", "selections": '{"Tid": ["a&b"]}'},
            "Skriv varje variabel med en lista",
        ),
    ],
)
def test_query_that_cannot_be_asked_is_refused_with_a_sentence(
    client: Client, coordinator: User, owned: Indicator, changes: dict[str, str], words: str
) -> None:
    client.force_login(coordinator)

    response = save(client, owned, **changes)

    assert (response.status_code, words in response.content.decode()) == (200, True)


def test_judgement_is_signed_by_whoever_is_logged_in(client: Client, coordinator: User, owned: Indicator) -> None:
    client.force_login(coordinator)
    given = {"indicator": owned.pk, "verdict": "off_way", "reason_sv": "Det går för sakta.", "signed_by": "Någon annan"}

    response = client.post(reverse("admin:indicators_outcomeoverride_add"), given)

    override = OutcomeOverride.objects.get()
    owned.refresh_from_db()
    assert response.status_code == 302
    assert (override.signed_by, override.author) == ("Frida Bergman, Samordnare", coordinator)
    assert (owned.outcome, owned.is_overridden) == ("off_way", True)


def test_judgement_of_another_owners_indicator_is_refused(client: Client, coordinator: User, owned: Indicator) -> None:
    other = factories.make_indicator()
    client.force_login(coordinator)

    response = client.post(
        reverse("admin:indicators_outcomeoverride_add"),
        {"indicator": other.pk, "verdict": "reached", "reason_sv": "Ja."},
    )

    assert (response.status_code, OutcomeOverride.objects.count()) == (200, 0)


def test_judgement_is_never_changed(client: Client, coordinator: User, owned: Indicator) -> None:
    override = factories.make_override(owned)
    client.force_login(coordinator)
    url = reverse("admin:indicators_outcomeoverride_change", args=[override.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"verdict": "reached", "reason_sv": "Nytt."}).status_code == 403
    override.refresh_from_db()
    assert override.reason_sv == "Pandemin stör jämförelsen."


def test_officer_may_not_post_an_indicator(log_in: Callable[..., Client], owned: Indicator) -> None:
    client = log_in(Role.OFFICER)

    assert client.post(change_url(owned), {"title_sv": "Min"}).status_code == 403
    assert client.post(reverse("admin:indicators_indicator_add"), {"title_sv": "Min"}).status_code == 403


def test_owners_desk_tells_what_failed_and_what_is_old(client: Client, coordinator: User, owned: Indicator) -> None:
    Fetching.objects.create(
        indicator=owned, fault="Servern svarade inte.", failures=3, failed_at=timezone.now(), due_at=timezone.now()
    )
    factories.make_indicator({2016: "70"}, owner=owned.owner, title="Gammal")
    factories.make_indicator({timezone.localdate().year: "70"}, owner=owned.owner, title="Färsk")
    factories.make_indicator({2016: "70"}, title="Någon annans")
    client.force_login(coordinator)

    page = client.get("/admin/").content.decode()

    assert "kunde inte uppdateras 3 gånger i rad: Servern svarade inte." in page
    assert "senaste värdet gäller 2016; ett nyare borde finnas" in page
    assert {name: name in page for name in ("Gammal", "Färsk", "Någon annans")} == {
        "Gammal": True, "Färsk": False, "Någon annans": False,
    }  # fmt: skip


def test_administrator_sees_how_many_need_someone(log_in: Callable[..., Client], owned: Indicator) -> None:
    Fetching.objects.create(indicator=owned, fault="Servern svarade inte.", failed_at=timezone.now())
    client = log_in(Role.ADMINISTRATOR)

    page = client.get("/admin/").content.decode()

    assert "indikatorer som inte gick att hämta" in page
    for attention, expected in (("failing", 1), ("old", 1), ("goal", 1)):
        found = client.get(reverse("admin:indicators_indicator_changelist"), {"attention": attention})
        assert (attention, found.context["cl"].result_count) == (attention, expected)


def test_form_tells_how_fetching_went(client: Client, coordinator: User, owned: Indicator, settings: Any) -> None:
    Indicator.objects.filter(pk=owned.pk).update(source_kind="kolada", kpi="N00945")
    client.force_login(coordinator)
    assert "Den här installationen hämtar inte från den källan." in client.get(change_url(owned)).content.decode()

    settings.KOLADA_URL = "http://127.0.0.1:1"
    assert "Inga värden har hämtats än." in client.get(change_url(owned)).content.decode()

    now = timezone.now()
    Fetching.objects.create(indicator=owned, fault="Servern svarade inte.", failed_at=now, succeeded_at=now)
    page = client.get(change_url(owned)).content.decode()
    time = timezone.localtime(now).strftime("%Y-%m-%d %H:%M")
    assert f"Värdena hämtades senast {time}. Hämtningen misslyckades {time}: Servern svarade inte." in page


def test_value_cannot_be_both_missing_and_given() -> None:
    indicator = factories.make_indicator()

    with pytest.raises(Exception, match="indicators_value_missing_or_given"):
        IndicatorValue.objects.create(
            indicator=indicator, area=factories.make_area(), year=2015, value=0, status="missing"
        )
