"""Long work in a terminal: how far it is, and that it can be stopped at once."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.utils import OperationalError
from psycopg2.errors import QueryCanceled
from psycopg2.extensions import get_wait_callback, set_wait_callback
from psycopg2.extras import wait_select

BAR = 20
"""Characters of the bar."""


class Stopped(Exception):
    """Somebody stopped the work, by Ctrl-C."""


class Progress:
    """A line that says how far work is: rewritten in a terminal, a line a step elsewhere."""

    def __init__(self, out: OutputWrapper, last: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.out, self.last, self.clock = out, last, clock
        self.begun = clock()
        self.first: int | None = None

    def __call__(self, done: int, steps: int, name: str) -> None:
        """Say that `done` of `steps` are done and which comes next; without name the `last` one."""
        if self.first is None:
            self.first = done
        if not self.out.isatty():
            self.out.write(f"{done}/{steps} {self._times(done, steps)} {name or self.last}")
            return
        filled = BAR * done // max(steps, 1)
        bar = "#" * filled + "." * (BAR - filled)
        line = f"[{bar}] {done}/{steps} {self._times(done, steps)} {name or self.last}"
        self.out.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}", ending="")
        self.out.flush()

    def end(self) -> None:
        """Leave the line that was rewritten."""
        if self.first is not None and self.out.isatty():
            self.out.write()

    def _times(self, done: int, steps: int) -> str:
        """The time that passed and, as soon as one step is done, about how long the rest takes."""
        passed = self.clock() - self.begun
        ours = done - (self.first or 0)
        rest = f", about {_clock(passed / ours * (steps - done))} left" if ours else ""
        return f"{_clock(passed)}{rest}:"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise Stopped at Ctrl-C, in the middle of a statement too, which PostgreSQL would finish first."""
    before = get_wait_callback()
    set_wait_callback(wait_select if connection.vendor == "postgresql" else before)
    try:
        yield
    except KeyboardInterrupt as error:
        raise Stopped from error
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise Stopped from error
        raise
    finally:
        set_wait_callback(before)
