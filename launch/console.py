"""What the start and test programs say, and how they give up."""

import os
import signal
import sys
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Refusal(Exception):
    """The program cannot go on; the text is one sentence for the person at the keyboard."""


class Stopped(Exception):
    """Somebody asked the program to stop (Ctrl-C, SIGTERM or SIGHUP)."""


def say(text: str = "") -> None:
    """Print one line at once, also when the output is a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def sentence(problem: OSError) -> str:
    """Return an operating system error as a sentence with the file's name."""
    reason = os.strerror(problem.errno) if problem.errno else str(problem)
    if problem.filename is None:
        return f"{reason}."
    return f"cannot use {os.fsdecode(problem.filename)}: {reason}."


def stop_on_signals() -> None:
    """Turn the signals into `Stopped`, so that every `finally` runs; also where a script started us with `&`."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped(signal.Signals(number).name)

    for number in STOPPING:
        signal.signal(number, stop)


def last_lines(text: str, count: int = 5) -> str:
    """Return the last lines of a program's output that say something, for a failure message."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines[-count:])
