"""Editors who open the same activity and then save it in the same moment, each in a thread of their own.

Run as a program with the database to use in POSTGRES_DATABASE; prints how many were saved, stopped, and anything else.
"""

import os
import threading

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # pages whose style sheets need no collecting
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tests import factories  # noqa: E402
from tests.publishing.opened_forms import open_form, send  # noqa: E402

EDITORS, ROUNDS = 6, 3


def main() -> None:
    setup_test_environment()
    activity = factories.make_activity()
    factories.make_milestone(activity, title_sv="Förstudie", due_on="2026-09-01")
    address = f"/admin/actionplans/activity/{activity.pk}/change/"
    editors = []
    for _n in range(EDITORS):
        client = Client()
        client.force_login(factories.make_user(is_staff=True, is_superuser=True))
        editors.append(client)
    answers: list[object] = []
    for turn in range(ROUNDS):
        forms = [open_form(client, address) for client in editors]
        together = threading.Barrier(EDITORS)

        def save(number: int, turn: int = turn, forms: list = forms, together: threading.Barrier = together) -> None:  # type: ignore[type-arg]
            together.wait()
            try:
                field = "title_sv" if number % 2 else "milestones-0-title_sv"
                response = send(editors[number], address, forms[number], **{field: f"Redaktör {number}, gång {turn}"})
                answers.append(response.status_code)
            except Exception as error:  # noqa: BLE001 - told
                answers.append(repr(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=save, args=(number,)) for number in range(EDITORS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    others = [answer for answer in answers if answer not in (200, 302)]
    print(answers.count(302), answers.count(200), *others)


if __name__ == "__main__":
    main()
