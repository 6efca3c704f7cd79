"""Sessions: how long they last, what is kept when they end, where they are, and who is told of a new one."""

import re
import time
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from accounts import lockout
from accounts.expiry import remove_expired
from accounts.lockout import list_password_targets
from accounts.models import AccountEvent, Device, LoginLock
from accounts.roles import Role
from accounts.session_limits import SEEN, STARTED
from mailroom.models import OutgoingMail
from news.models import NewsItem
from tests.factories import MINOR, PASSWORD, make_news, make_user

pytestmark = pytest.mark.django_db

LOGIN, AWAKE, OWN_PAGE = "/admin/login/", "/admin/login/awake/", {"Origin": "http://testserver"}
NEW_PASSWORD = "vattenfall orgel fiskmås"


def log_in(client: Client, user: User, **headers: str) -> Any:
    return client.post(LOGIN, {"username": user.username, "password": PASSWORD}, headers=headers)


def let_time_pass(client: Client, minutes: float, *names: str) -> None:
    session = client.session
    for name in names or (SEEN, STARTED):
        session[name] -= minutes * 60
    session.save()


def count_statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(AWAKE)
    return len(asked)


def is_in(client: Client) -> bool:
    return client.get(AWAKE).status_code == 200


@pytest.mark.parametrize(("minutes", "names", "stays"), [
    (59, (), True), (61, (), False), (61, (STARTED,), True), (12 * 60 + 1, (STARTED,), False),
])  # fmt: skip
def test_a_session_ends_without_a_sign_of_life_and_after_a_day(
    client: Client, minutes: float, names: tuple[str, ...], stays: bool
) -> None:
    client.force_login(make_user())

    let_time_pass(client, minutes, *names)

    response = client.get("/admin/")
    assert response.status_code == (200 if stays else 302)
    if not stays:
        assert "Du har loggats ut eftersom det har gått en tid." in client.get(LOGIN).content.decode()


def test_a_sign_of_life_keeps_it_and_is_noted_once_a_minute(client: Client) -> None:
    client.force_login(make_user())
    idle = count_statements(client)
    for _n in range(3):
        let_time_pass(client, 40, SEEN)
        client.get(AWAKE)

    assert is_in(client)
    let_time_pass(client, 2, SEEN)
    assert count_statements(client) > idle == count_statements(client)


def test_public_pages_have_no_session(client: Client) -> None:
    client.force_login(make_user())
    let_time_pass(client, 61)

    assert client.get("/nyheter/").cookies == {}


def make_draft(client: Client) -> tuple[NewsItem, dict[str, str]]:
    """A news item, and its form as the page has it, with a long text."""
    news = make_news()
    form = html.document_fromstring(client.get(f"/admin/news/newsitem/{news.pk}/change/").content.decode())
    fields = dict(form.xpath("//form[@id='newsitem_form']")[0].form_values())
    return news, fields | MINOR | {"ingress_sv": "Allt jag skrev i en timme & <mer>"}


def read_form(page: str) -> dict[str, str]:
    """The fields of a page's own form, which stands first."""
    form = html.document_fromstring(page).xpath("//main//form[@method='post']")[0]
    return dict(form.form_values())


def test_what_was_written_is_kept_when_the_session_has_ended(client: Client) -> None:
    client = Client(enforce_csrf_checks=True)
    user = make_user(Role.ADMINISTRATOR)
    client.force_login(user)
    news, fields = make_draft(client)
    url = f"/admin/news/newsitem/{news.pk}/change/?_changelist_filters=x"
    let_time_pass(client, 61)

    ended = client.post(url, fields, headers=OWN_PAGE)
    token = read_form(
        client.get(LOGIN).content.decode().replace("<form", "<form", 1).split("</form>")[0] + "</form></main>"
    )
    client.post(LOGIN, token | {"username": user.username, "password": PASSWORD}, headers=OWN_PAGE)
    rotated = client.post(url, read_form(ended.content.decode()), headers=OWN_PAGE)
    saved = client.post(url, read_form(rotated.content.decode()), headers=OWN_PAGE)

    assert (ended.status_code, rotated.status_code, saved.status_code) == (403, 403, 302)
    assert "Allt du skrev finns kvar här: logga in igen" in ended.content.decode()
    assert "skicka det igen" in rotated.content.decode()
    news.refresh_from_db()
    assert news.ingress_sv == "Allt jag skrev i en timme & <mer>"


@pytest.mark.parametrize("origin", ["https://example.com", "http://testserver.example.com", "null", ""])
def test_a_form_of_another_site_is_not_offered(client: Client, origin: str) -> None:
    response = client.post("/admin/news/newsitem/add/", {"title_sv": "Lura"}, headers={"Origin": origin})

    assert b"Lura" not in response.content


def test_a_password_is_never_sent_back(client: Client) -> None:
    fields = {"old_password": "hemligt-1", "new_password1": "hemligt-2", "username": "anna"}

    page = client.post("/admin/news/newsitem/add/", fields, headers=OWN_PAGE).content.decode()

    assert ("anna" in page, "hemligt" in page) == (True, False)


def test_a_new_device_is_told_by_mail_but_not_the_first_nor_a_known_one(client: Client) -> None:
    user = make_user(email="anna@example.org")
    log_in(client, user)
    client.post("/admin/logout/")
    log_in(client, user)
    assert not OutgoingMail.objects.exists()

    other = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/604.1"})
    response = log_in(other, user)

    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ("anna@example.org", "Någon har loggat in på ditt konto på en ny enhet")
    assert "Enhet: Safari, iPhone" in mail.body
    cookie = response.cookies["device"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/", True, "Lax")
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.NEW_DEVICE).count() == 1


def test_guesses_from_elsewhere_do_not_lock_the_owner_out_of_a_known_device(client: Client) -> None:
    user = make_user(username="anna")
    log_in(client, user)
    client.post("/admin/logout/")
    for _n in range(6):
        Client().post(LOGIN, {"username": "anna", "password": "fel"})

    assert LoginLock.objects.in_force().count() == 1
    assert log_in(Client(), user).status_code == 429
    assert log_in(client, user).status_code == 302


def test_a_stolen_device_is_locked_by_itself(client: Client) -> None:
    user = make_user(username="anna")
    log_in(client, user)
    client.post("/admin/logout/")

    answers = [client.post(LOGIN, {"username": "anna", "password": "fel"}).status_code for _n in range(6)]

    assert answers == [200] * 5 + [429]
    assert LoginLock.objects.in_force().get().kind == LoginLock.Kind.DEVICE


def test_a_device_is_known_for_its_own_account_alone(client: Client, rf: Any) -> None:
    log_in(client, make_user(username="anna"))
    make_user(username="bo")
    request = rf.post(LOGIN)
    request.COOKIES = {"device": client.cookies["device"].value}

    kinds = [{target.kind for target in list_password_targets(request, name)} for name in ("anna", "bo", "nobody")]

    assert kinds == [{"device"}, {"account", "address"}, {"account", "address"}]
    assert lockout.LIMITS.keys() == set(LoginLock.Kind)


def test_someone_sees_where_they_are_logged_in_and_logs_out_everywhere_else(client: Client) -> None:
    user, other = make_user(), Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    log_in(client, user)
    log_in(other, user)
    log_in(Client(), make_user())

    page = client.get("/admin/sessions/").content.decode()
    client.post("/admin/sessions/")

    assert page.count("<tr>") == 3
    assert "Firefox, Linux" in page
    assert (is_in(client), is_in(other)) == (True, False)


def test_whoever_finds_a_session_open_is_asked_for_the_password_before_the_others_end(client: Client) -> None:
    user, other = make_user(), Client()
    log_in(client, user)
    log_in(other, user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 600}]
    session.save()

    asked = client.post("/admin/sessions/")
    was_in = is_in(other)
    client.post(asked["Location"], {"password": PASSWORD})

    assert asked["Location"].startswith("/admin/login/again/?next=")
    assert (was_in, is_in(other), is_in(client)) == (True, False, True)


def test_whoever_logs_out_is_told_so(client: Client) -> None:
    client.force_login(make_user(Role.COORDINATOR))

    page = client.post("/admin/logout/").content.decode()

    assert "Du är utloggad här." in page
    assert 'href="/admin/"' in page


def test_a_login_begins_a_new_session_and_ends_the_one_before(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    before = client.session.session_key

    client.post("/admin/logout/")
    after_logout = client.session.session_key
    log_in(client, user)

    assert client.session.session_key not in {before, after_logout}
    assert not Session.objects.filter(session_key=before).exists()


def test_no_browser_keeps_what_staff_have_read(client: Client) -> None:
    client.force_login(make_user(Role.REGISTRAR))

    for path in ("/admin/", "/admin/registry/case/", "/admin/sessions/", "/admin/second-step/"):
        assert "no-store" in client.get(path).headers.get("Cache-Control", ""), path


def test_what_a_page_says_once_is_in_no_cookie(client: Client) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR))
    item = make_news()

    answer = client.post("/admin/news/newsitem/", {"action": "publish", "_selected_action": item.pk})

    assert answer.status_code == 302
    assert "messages" not in answer.cookies
    assert 'class="messagelist"' in client.get("/admin/news/newsitem/").content.decode()


def test_an_administrator_logs_somebody_out_everywhere(client: Client) -> None:
    user = make_user()
    log_in(client, user)
    administrator = Client()
    administrator.force_login(make_user(Role.ADMINISTRATOR))

    administrator.post("/admin/auth/user/", {"action": "log_out_everywhere", "_selected_action": user.pk})

    assert not is_in(client)
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.SESSIONS_ENDED, account=user.username).exists()


def test_a_new_password_ends_all_other_sessions_and_is_told(client: Client) -> None:
    user, other = make_user(email="anna@example.org"), Client()
    log_in(client, user)
    log_in(other, user)

    given = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    response = client.post("/admin/password_change/", given)

    assert response["Location"] == "/admin/password_change/done/"
    assert (is_in(client), is_in(other)) == (True, False)
    assert "(den här)" in client.get("/admin/sessions/").content.decode()
    assert OutgoingMail.objects.filter(subject="Lösenordet till ditt konto har ändrats").count() == 1
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.PASSWORD_SET, account=user.username).count() == 1


def test_the_old_password_cannot_be_guessed_on_the_way_to_a_new_one(client: Client) -> None:
    client.force_login(make_user())
    guess = {"old_password": "fel", "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}

    pages = [client.post("/admin/password_change/", guess).content.decode() for _n in range(6)]

    assert ["För många försök" in page for page in pages] == [False] * 5 + [True]


@pytest.mark.parametrize(
    "password",
    ["kort lösen", "strandlinjer", "Sommar2026!!", "Välkommen2026!", "Härnösand1234", "HärnösandKommun1",
     "Lösenord1234", "annaalmannaalm", "qwertyuiopå1", "aaaaaaaaaaaa", "123456789012", "region västernorrland",
     "passwordpassword"],
)  # fmt: skip
def test_a_password_that_is_easy_to_guess_is_refused(client: Client, password: str) -> None:
    user = make_user(first_name="Anna", last_name="Alm")
    log_in(client, user)

    response = client.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    )

    assert response.status_code == 200
    assert re.search("svårt att gissa|minst 12 tecken", response.content.decode())


@pytest.mark.parametrize(
    "password", [NEW_PASSWORD, "xK9#mQ2$vL7p", "blåbär plåtburk motorväg", "kpost vit ugn halka " * 2 + "orgel " * 20]
)
def test_a_password_that_is_hard_to_guess_is_taken(client: Client, password: str) -> None:
    log_in(client, make_user())

    response = client.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    )

    assert response.status_code == 302


def test_files_that_are_taken_out_are_logged_without_their_contents(client: Client) -> None:
    user = make_user(Role.REGISTRAR)
    client.force_login(user)

    client.get("/admin/registry/case/reports/?since=2026-01-01&until=2026-12-31&format=xlsx")
    client.get("/admin/registry/case/")

    logged = AccountEvent.objects.filter(kind=AccountEvent.Kind.EXPORTED).values_list("account", "details")
    assert list(logged) == [(user.username, "/admin/registry/case/reports/")]


def test_what_is_out_of_date_is_removed(client: Client, settings: Any) -> None:
    settings.ACCOUNT_LOG_DAYS = 1
    user = make_user()
    log_in(client, user)
    Client().post(LOGIN, {"username": "x", "password": "fel"})
    kept = [model.objects.count() for model in (AccountEvent, LoginLock, Device, Session, UserSession)]
    assert remove_expired() == 0

    past = timezone.now() - timezone.timedelta(days=181)
    Device.objects.update(last_seen=past)
    LoginLock.objects.update(failed_at=past)
    Session.objects.update(expire_date=past)
    remove_expired()

    left = [model.objects.count() for model in (AccountEvent, LoginLock, Device, Session, UserSession)]
    assert kept[0] == left[0] > 0
    assert (min(kept), left[1:]) == (1, [0] * 4)


def test_the_clock_of_a_session_is_the_servers(client: Client) -> None:
    client.force_login(make_user())

    assert abs(client.session[STARTED] - time.time()) < 60
