"""`reset_second_step`: for an administrator who is the only one, and has lost phone, keys and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from accounts.second_factor import reset_second_factor


class Command(BaseCommand):
    help = "Removes the authenticator app, keys and recovery codes of an account. Other administrators use its list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **_options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account named {username}.")
        reset_second_factor(user)
        self.stdout.write(f"The second step of {username} has been reset: a new one is set up at the next login.")
