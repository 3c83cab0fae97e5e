"""Canonical JSON: one way to write what a snapshot says, so that its hash can be made again anywhere, by anybody.

The rules are those of RFC 8785 for what snapshots hold: names in ASCII, sorted; no spaces; texts as they are, in UTF-8;
whole numbers only. Money, days and medians are texts, so that no program rounds them.
"""

import hashlib
import json
from typing import Any

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""


def written(value: Any) -> bytes:
    """Return the canonical bytes of a value; raises TypeError or ValueError for what has none (fractions)."""
    _check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", errors="strict")


def digest(content: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _check(value: Any) -> None:
    """Refuse what would be written differently elsewhere."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise TypeError(f"{name!r} cannot be a name in canonical JSON.")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > LARGEST:
            raise ValueError(f"{value} is too large for canonical JSON.")
    elif value is not None and not isinstance(value, str | bool):
        raise TypeError(f"{value!r} cannot stand in canonical JSON.")
