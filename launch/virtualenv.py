"""The virtual environment `.venv`: made once, brought up to date when a requirements file changes."""

import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.console import Refusal, last_lines, say

ROOT = Path(__file__).resolve().parent.parent
# Settings of the outer Python or pip that would lead our own astray.
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV")


def folder() -> Path:
    """Return the virtual environment's folder: `.venv`, or what SCORE_VENV names."""
    return Path(os.environ.get("SCORE_VENV") or ROOT / ".venv").resolve()


def python_in(venv: Path) -> Path:
    """Return the virtual environment's Python."""
    return venv / "bin" / "python"


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what belongs to another Python, in UTF-8."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return kept | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "score_mis.settings"}


def ensure(requirements: str) -> Path:
    """Return a Python that has everything the requirements file names; install it where needed.

    Raises Refusal when Python cannot make virtual environments or pip fails.
    """
    venv = folder()
    venv.mkdir(parents=True, exist_ok=True)
    with _locked(venv / "score.lock"):
        _make(venv)
        wanted = fingerprints(ROOT / requirements)
        if not wanted.items() <= _installed(venv).items():
            _install(venv, ROOT / requirements)
            (venv / "score-stamp.json").write_text(json.dumps(wanted), encoding="utf-8")
    return python_in(venv)


def fingerprints(requirements: Path) -> dict[str, str]:
    """Return the hash of a requirements file and of each file it includes with `-r`, by name."""
    text = requirements.read_text(encoding="utf-8")
    found = {requirements.name: hashlib.sha256(text.encode()).hexdigest()}
    for line in text.splitlines():
        if line.startswith("-r "):
            found |= fingerprints(requirements.parent / line.removeprefix("-r ").strip())
    return found


def _installed(venv: Path) -> dict[str, str]:
    try:
        return dict(json.loads((venv / "score-stamp.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return {}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two starts at once install one after the other."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(venv: Path) -> None:
    if _works(python_in(venv)):
        return
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        raise Refusal(
            "this Python cannot make a virtual environment; on Debian or Ubuntu: apt-get install python3-venv"
        )
    say("Making the virtual environment …")
    command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"the virtual environment could not be made: {last_lines(done.stdout + done.stderr)}")


def _works(python: Path) -> bool:
    """Whether the virtual environment has a Python that starts and has pip."""
    if not python.exists():
        return False
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    done = subprocess.run(
        [str(python), "-c", check], env=clean_environment(), capture_output=True, check=False
    )
    return done.returncode == 0


def _install(venv: Path, requirements: Path) -> None:
    say(f"Installing the packages of {requirements.name} (minutes at the first time) …")
    log = venv / "pip.log"
    command = [str(python_in(venv)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [*command, "-r", str(requirements)],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        errors = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("ERROR")]
        reason = errors[-1] if errors else "see the log."
        raise Refusal(f"the packages could not be installed ({log}): {reason}")
