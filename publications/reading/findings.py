"""What readers of files look for, and what they found."""

import re
import time
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from publications.numbers import plain

SECONDS = 120
"""How long one file may take."""
PAIR = re.compile(
    r"(?<![\w.,·])(?P<value>-?\d[\d,]*(?:\.\d+)?(?:\s?%)?|n/a)[ \u00a0\u2009\u202f]{1,2}"
    r"(?P<code>E[1-9]\d{0,8}[ab]?)(?![A-Za-z0-9])"
)
CODE = re.compile(r"E[1-9]\d{0,8}[ab]?")
ADDRESS = re.compile(r"/(?:r|verify)/([0-9A-Z]{4,16})/")
BETWEEN = " | "
"""Between the values of a code that has several in one file."""


class Unreadable(Exception):
    """A file that cannot be read; its text may be shown."""


@dataclass(frozen=True)
class ReadFile:
    """What a file says. `values` has what stands before each code; a code with several values has them all in one."""

    format: str
    code: str
    values: dict[str, str]
    pages: int = 0
    rows: int = 0


@dataclass
class Findings:
    """Gathers what a reader finds, and stops it when it takes too long."""

    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    found: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    codes: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def text(self, text: str) -> None:
        """Find values before codes, and addresses, in a text."""
        self.address(text)
        for pair in PAIR.finditer(text):
            self.pair(pair["value"], pair["code"])

    def pair(self, value: str, code: str) -> None:
        """Take a value before a code."""
        self.found[code][plain(value)] = None

    def address(self, text: str) -> None:
        """Find the code of the report in addresses."""
        for code in ADDRESS.findall(text):
            self.codes[code] += 1

    def on_time(self) -> None:
        """Raise Unreadable when the file took too long."""
        if time.monotonic() > self.until:
            raise Unreadable(_("Reading the file took too long."))

    def file(self, format: str, *, pages: int = 0, rows: int = 0) -> ReadFile:
        """All that was found; the code is the one that most addresses have."""
        code = max(self.codes, key=lambda one: self.codes[one]) if self.codes else ""
        values = {code: BETWEEN.join(several) for code, several in self.found.items()}
        return ReadFile(format, code, values, pages, rows)
