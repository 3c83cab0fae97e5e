"""Child processes that are watched: started again when they die, stopped with their whole group."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launch.console import say

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
STEADY_AFTER = 60.0  # a child that ran this many seconds starts again with the first pause
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def die_with_parent() -> None:
    """On Linux, have this process stopped when its parent is killed; for `preexec_fn`."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One supervised program. `start` it, `tend` it often, `stop` it."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str]
    folder: Path
    clock: Callable[[], float] = time.monotonic
    process: subprocess.Popen[bytes] | None = None
    pause: float = FIRST_PAUSE
    started_at: float = 0.0
    due_at: float | None = field(default=None)

    def start(self) -> None:
        """Start the program in a process group of its own, its output going to its log."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.started_at = self.clock()
        self.due_at = None

    def tend(self) -> None:
        """If the program has died, say so and start it again after a pause that doubles each time."""
        now = self.clock()
        if self.due_at is not None:
            if now >= self.due_at:
                self.start()
            return
        code = self.process.poll() if self.process else None
        if code is None:
            return
        self._end_group()
        if now - self.started_at >= STEADY_AFTER:
            self.pause = FIRST_PAUSE
        say(
            f"The {self.name} stopped ({how(code)}); starting it again in {self.pause:.0f} s. Log: {self.log}"
        )
        self.due_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def ask_to_stop(self) -> None:
        """Send SIGTERM: finish what you are doing and leave."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait for the program to leave; after that many seconds end its whole group."""
        if not self.process:
            return
        try:
            self.process.wait(timeout=max(seconds, 0.0))
        except subprocess.TimeoutExpired:
            say(f"The {self.name} did not stop in time and was ended.")
        finally:
            self._end_group()
            self.process.wait()

    def _end_group(self) -> None:
        """End what the program left behind (pool processes, the embedded beat)."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


def how(code: int) -> str:
    """Return an exit status in words."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def stop_all(children: Sequence[Child], seconds: float = 20.0) -> None:
    """Ask every child to stop, then wait for each of them; none is left behind."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    for child in children:
        child.wait(deadline - time.monotonic())
