"""Brings the database, the message files, the pilot data and the tallies up to date (`make run` calls it).

The one module of this package that runs inside the virtual environment. One process does all steps,
so that a second start takes seconds; every step is idempotent.
"""

import io
import sys
from collections.abc import Callable

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.db.models import Q

from launch.console import say
from score_mis.lib.messages import compile_messages

SHOWN_AS_OF = "2017-12-19"


def main() -> int:
    """Do every step and print the figures; return 0, or 2 after one sentence about the step that failed."""
    compile_messages()
    django.setup()
    for title, step in STEPS:
        say(f"{title} …")
        try:
            step()
        except (CommandError, DatabaseError, OSError) as problem:
            sys.stderr.write(f"SCORE MIS: {title} failed: {problem}\n")
            return 2
    say()
    call_command("indicators", "--as-of", SHOWN_AS_OF)
    say()
    show_accounts(settings.DEMO_PASSWORD)
    return 0


def show_accounts(password: str) -> None:
    """Name one account per role of the generated data, if the password of the first start still opens it."""
    people = get_user_model().objects.filter(is_active=True).order_by("pk")
    people = people.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    assigned = apps.get_model("enterprises.Assignment").objects.filter(
        Q(area__programme__is_generated=True) | Q(enterprise__programme__is_generated=True)
    )
    roles = {"administrator": people.filter(is_superuser=True)}
    for role in assigned.order_by("role").values_list("role", flat=True).distinct():
        holders = assigned.filter(role=role).values("user")
        roles[role] = people.filter(pk__in=holders, is_superuser=False)
    shown = [(role, found) for role, some in roles.items() if (found := some.first())]
    # One is enough to ask: all got the same, and each answer takes a good part of a second on purpose.
    if not shown or not shown[-1][1].check_password(password):
        say("The accounts have another password than the one of the first start.")
        return
    say(f"Sign in with the password {password} as")
    for role, person in shown:
        say(f"  {role.replace('_', ' '):<16} {person.get_username():<16} {person}")


def quietly(*words: str) -> Callable[[], None]:
    """Return a step that runs a command and keeps what it prints to itself."""

    def step() -> None:
        call_command(*words, stdout=io.StringIO())

    return step


STEPS: tuple[tuple[str, Callable[[], None]], ...] = (
    ("Bringing the database up to date", quietly("migrate", "--no-input", "--verbosity=0")),
    ("Making the key that signs reports, if there is none", quietly("signing_key")),
    ("Laying out the static files", quietly("collectstatic", "--no-input", "--verbosity=0")),
    ("Writing the pilot data (a minute at the first start)", quietly("seed_pilot")),
    ("Counting", quietly("tally")),
)


if __name__ == "__main__":
    sys.exit(main())
