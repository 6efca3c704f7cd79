"""Read the mailbox and register what it holds, again and again, in a child that is killed; last of all, in peace.

Most children kill themselves before or after they fetch, commit or flag; the rest are killed from without at a
random moment. Run as a program with the database in POSTGRES_DATABASE and the mailbox in INBOX_URL; prints how often
a child died where, as JSON.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from mailroom import inbox  # noqa: E402
from registry.services import mail_intake  # noqa: E402

KILLS = 120
KILLS_BY_OWN_HAND = 80
STEPS = ("_fetch", "_store", "_flag")
chance = random.Random(3)  # noqa: S311


def die_at(step: str, call: int, *, after: bool) -> None:
    """Make this process kill itself around one call of a step of the reading."""
    done = getattr(inbox, step)
    calls = 0

    def step_and_die(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = done(*args)
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(inbox, step, step_and_die)


def work() -> None:
    """Run the worker's rounds until killed, with few mails at a time, so that both steps are interrupted."""
    inbox.MAILS_AT_A_TIME = 5
    while True:
        inbox.read_mailbox()
        mail_intake.take_due_mail()


def kill_one(number: int) -> str:
    """Start a child, wait for its death, and return where it died."""
    step, call, after = chance.choice(STEPS), chance.randint(2, 4), chance.random() < 0.5
    is_own_hand = number < KILLS_BY_OWN_HAND
    child = os.fork()
    if child == 0:
        if is_own_hand:
            die_at(step, call, after=after)
        work()
    deadline = time.monotonic() + (5 if is_own_hand else chance.uniform(0.02, 0.25))
    while not (by_itself := has_died(child)) and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status != -signal.SIGKILL:
        sys.exit(f"A child ended with {status}")
    return f"{'after' if after else 'before'} {step}" if by_itself else "at a random moment"


def has_died(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def main() -> None:
    died = Counter({f"{when} {step}": 0 for step in STEPS for when in ("before", "after")})
    died.update(kill_one(number) for number in range(KILLS))
    while inbox.read_mailbox() or mail_intake.take_due_mail():
        pass
    print(json.dumps(died))


if __name__ == "__main__":
    main()
