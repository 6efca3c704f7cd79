"""Logins: administrators give roles, but not to themselves, and cannot change superusers."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.roles import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db

USERS = "/admin/auth/user/"


@pytest.fixture
def administrator() -> User:
    return make_user(Role.ADMINISTRATOR)


@pytest.fixture
def client(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def user_data(user: User, **given: Any) -> dict[str, Any]:
    return {"username": user.username, "is_active": "on", "is_staff": "on"} | given


def roles(user: User) -> list[str]:
    return sorted(user.groups.values_list("name", flat=True))


def test_administrator_gives_a_role(client: Client) -> None:
    user = make_user()

    response = client.post(f"{USERS}{user.pk}/change/", user_data(user, groups=[Role.OFFICER.group().pk]))

    assert (response.status_code, roles(user)) == (302, [Role.OFFICER])


def test_administrator_gives_herself_no_role(client: Client, administrator: User) -> None:
    every = [role.group().pk for role in Role]

    client.post(f"{USERS}{administrator.pk}/change/", user_data(administrator, groups=every, is_superuser="on"))

    administrator.refresh_from_db()
    assert (roles(administrator), administrator.is_superuser) == ([Role.ADMINISTRATOR], False)


def test_administrator_makes_no_superuser_and_gives_no_single_permission(client: Client) -> None:
    user = make_user()

    client.post(f"{USERS}{user.pk}/change/", user_data(user, is_superuser="on", user_permissions=[1, 2, 3]))

    user.refresh_from_db()
    assert (user.is_superuser, user.user_permissions.count()) == (False, 0)


def test_superuser_is_out_of_the_administrators_reach(client: Client) -> None:
    superuser = User.objects.create_superuser("overordnad", password="gammalt-losenord")

    change = client.post(f"{USERS}{superuser.pk}/change/", user_data(superuser, first_name="Kapad"))
    password = client.post(
        f"{USERS}{superuser.pk}/password/", {"password1": "nytt-losenord-1", "password2": "nytt-losenord-1"}
    )

    superuser.refresh_from_db()
    assert (change.status_code, password.status_code) == (403, 302)  # there is no page to type passwords
    assert (superuser.first_name, superuser.check_password("gammalt-losenord")) == ("", True)


def test_superuser_makes_a_superuser(client: Client) -> None:
    client.force_login(User.objects.create_superuser("overordnad"))
    user = make_user()

    client.post(f"{USERS}{user.pk}/change/", user_data(user, is_superuser="on"))

    user.refresh_from_db()
    assert user.is_superuser is True


def test_logins_are_closed_not_deleted(client: Client) -> None:
    user = make_user()

    response = client.post(f"{USERS}{user.pk}/delete/", {"post": "yes"})

    assert (response.status_code, User.objects.filter(pk=user.pk).exists()) == (403, True)


def test_a_role_is_changed_by_nobody(client: Client) -> None:
    client.force_login(User.objects.create_superuser("overordnad"))
    group = Role.OFFICER.group()

    response = client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Kapad", "permissions": []})

    assert (response.status_code, Role.OFFICER.group()) == (403, group)


def test_lists_tell_of_roles_and_how_many_have_them(client: Client) -> None:
    make_user(Role.OFFICER, username="hanna")

    page = client.get(USERS, {"q": "hanna"}).content.decode()
    groups = client.get("/admin/auth/group/").context["cl"].result_list

    assert "Handläggare" in page
    assert {group.name: group.user_count for group in groups}["Handläggare"] == 1
