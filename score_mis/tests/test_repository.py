"""What must never be in the repository: paths of one machine, secrets, files that a machine makes."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = {
    ".py",
    ".html",
    ".md",
    ".txt",
    ".json",
    ".css",
    ".js",
    ".po",
    ".ini",
    ".toml",
    ".yaml",
    ".example",
    ".sh",
    "",
}
LONGEST = 5_000_000
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.:/])/(?:home|root|Users|work|farm|tmp)/[A-Za-z.]"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "an access key": re.compile(
        r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[0-9A-Za-z-]{10,})\b"
    ),
}
WRITTEN_SECRET = re.compile(
    r"""(?i)\b\w*(?:password|passwd|secret|secret_key|api_key|token)\s*=\s*["'][^"'\s{}%()]{6,}["']"""
)
MADE_HERE = re.compile(
    r"(^|/)(var|\.venv|staticfiles|__pycache__|node_modules)/|\.(mo|pyc|sqlite3|log)$|(^|/)\.env$"
)


def tracked():
    """The repository's files; in a copy without git, every file that git would not ignore."""
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        found = (path for path in ROOT.rglob("*") if path.is_file())
        return [path for path in found if not MADE_HERE.search(path.relative_to(ROOT).as_posix())]
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


FILES = tracked()


def lines_with(pattern, paths):
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_file_holds(name):
    texts = [path for path in FILES if path.suffix in TEXT and path != Path(__file__)]
    assert lines_with(FORBIDDEN[name], texts) == []


def test_no_code_holds_a_written_password():
    code = [
        path
        for path in FILES
        if path.suffix in {".py", ".ini", ".toml", ".yaml"} and "tests" not in path.parts
    ]
    assert lines_with(WRITTEN_SECRET, [path for path in code if path.name != "conftest.py"]) == []


def test_what_a_machine_makes_is_not_kept():
    assert [str(path) for path in FILES if MADE_HERE.search(path.relative_to(ROOT).as_posix())] == []


def test_no_file_is_too_large():
    assert [str(path) for path in FILES if path.stat().st_size > LONGEST] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('PASSWORD = "opensesame1"', True),
        ("SECRET_KEY='0123456789abc'", True),
        ('password = env.str("PASSWORD")', False),
        ("name=password", False),
        ('secret = f"{value}"', False),
    ],
)
def test_the_check_sees_a_written_password(line, found):
    assert bool(WRITTEN_SECRET.search(line)) is found
