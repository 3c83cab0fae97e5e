"""Reading a produced file back: its format by its content, the code of the report, the value before each evidence code."""

from dataclasses import dataclass, field
from pathlib import Path


class Unreadable(Exception):
    """The file cannot be read; its text may be shown."""


@dataclass
class ReadFile:
    """What stands in a file."""

    format: str
    code: str
    values: dict[str, str] = field(default_factory=dict)


def read_back(path: Path) -> ReadFile:
    """Read a document."""
    raise Unreadable(str(path))
