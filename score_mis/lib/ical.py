"""Calendars that other programs subscribe to, written as RFC 5545 asks: escaped, folded, with CRLF."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

CONTENT_TYPE = "text/calendar; charset=utf-8"
OCTETS = 75
"""The longest a line may be, its end not counted (RFC 5545, 3.1)."""
REFRESH = "PT6H"
"""How often a subscriber should look again (RFC 7986, 5.7)."""
MARKED = re.compile(r"[\\;,]")
LINE_END = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
NO_EVENT = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""A calendar without any component is no calendar (RFC 5545, 3.6), so an empty one names a time zone."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One entry of a calendar: a day, or a moment with a time zone. `changed_at` is when what it says last changed."""

    uid: str
    starts: date | datetime
    changed_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """Return a calendar as it is sent."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//SCORE MIS//SCORE MIS//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
    ]
    entries = [line for event in events for line in _event(event)]
    lines += [*(entries or NO_EVENT), "END:VCALENDAR"]
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(event: Event) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{text(event.uid)}", f"DTSTAMP:{moment(event.changed_at)}"]
    if isinstance(event.starts, datetime):
        lines.append(f"DTSTART:{moment(event.starts)}")
    else:
        lines.append(f"DTSTART;VALUE=DATE:{event.starts:%Y%m%d}")
    for name, value in (
        ("SUMMARY", event.summary),
        ("DESCRIPTION", event.description),
        ("LOCATION", event.location),
    ):
        if value:
            lines.append(f"{name}:{text(value)}")
    if event.url:
        lines.append(f"URL:{CONTROL.sub('', LINE_END.sub('', event.url))}")
    return [*lines, "END:VEVENT"]


def moment(value: datetime) -> str:
    """A moment in UTC, so that no time zone needs to be described."""
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text(value: str) -> str:
    r"""Escape a text (RFC 5545, 3.3.11): `\`, `;`, `,` and line ends; other control characters are left out."""
    escaped = LINE_END.sub(r"\\n", MARKED.sub(r"\\\g<0>", value))
    return CONTROL.sub("", escaped)


def folded(line: str) -> str:
    """Break a line after at most 75 octets, never inside a character; a space begins each further piece."""
    pieces, piece, length = [], "", 0
    for character in line:
        octets = len(character.encode())
        if length + octets > OCTETS:
            pieces.append(piece)
            piece, length = "", 1
        piece += character
        length += octets
    return "\r\n ".join([*pieces, piece])
