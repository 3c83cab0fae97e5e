"""Calendars as RFC 5545 asks, read back by a reader that knows nothing of the writer."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from score_mis.lib import ical

CHANGED = datetime(2017, 12, 1, 8, 30, tzinfo=UTC)


def event(**fields):
    return ical.Event(
        **({"uid": "1@x", "starts": date(2017, 12, 21), "changed_at": CHANGED, "summary": "s"} | fields)
    )


def unfolded(content: bytes) -> list[str]:
    """The lines of a calendar, put together again."""
    assert content.endswith(b"\r\n")
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def read(value: str) -> str:
    """What an escaped text says."""
    out, characters = "", iter(value)
    for character in characters:
        if character == "\\":
            character = next(characters)
            out += "\n" if character in "nN" else character
        else:
            assert character not in ";,"
            out += character
    return out


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("Guards, belts; walls", r"Guards\, belts\; walls"),
        ("a\\nb", r"a\\nb"),
        ("one\ntwo\r\nthree\rfour", r"one\ntwo\nthree\nfour"),
        ("five\u2028six", r"five\nsix"),
        ("bell\x07 and zero\x00", "bell and zero"),
        ("10:30 “quoted” = fine", "10:30 “quoted” = fine"),
    ],
)
def test_what_has_a_meaning_is_escaped(value, escaped):
    assert ical.text(value) == escaped


@given(st.text())
def test_every_text_comes_back(value):
    kept = ical.CONTROL.sub("", ical.LINE_END.sub("\n", value))
    lines = unfolded(ical.calendar("n", [event(summary="x" + value)]))
    (summary,) = [line for line in lines if line.startswith("SUMMARY:")]
    assert read(summary.removeprefix("SUMMARY:")) == "x" + kept


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=60))
def test_no_line_is_longer_than_75_octets_and_no_character_is_torn(value):
    pieces = ical.folded(value).encode().split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.decode() for piece in pieces)
    assert ical.folded(value).replace("\r\n ", "") == value


def test_a_line_is_folded_only_where_it_must_be():
    assert ical.folded("x" * 75) == "x" * 75
    assert ical.folded("x" * 76) == "x" * 75 + "\r\n x"
    assert ical.folded("x" * 150) == "x" * 75 + "\r\n " + "x" * 74 + "\r\n x"
    assert ical.folded("辅" * 26) == "辅" * 25 + "\r\n 辅"


def test_every_line_ends_with_crlf_and_no_other():
    content = ical.calendar("Visits", [event(description="one\ntwo")])
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")


def test_days_and_moments_are_told_apart():
    noon = datetime(2017, 12, 21, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    lines = unfolded(ical.calendar("Visits", [event(), event(uid="2@x", starts=noon)]))
    assert "DTSTART;VALUE=DATE:20171221" in lines
    assert "DTSTART:20171221T010000Z" in lines
    assert lines.count("DTSTAMP:20171201T083000Z") == 2


def test_events_stand_between_their_begin_and_end():
    lines = unfolded(ical.calendar("Visits", [event(url="https://example.org/1", location="Hall 2, gate")]))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VEVENT", "END:VCALENDAR"]
    assert r"LOCATION:Hall 2\, gate" in lines
    assert "URL:https://example.org/1" in lines
    assert not [line for line in lines if line.startswith("DESCRIPTION")]


def test_nothing_sneaks_in_by_an_address():
    lines = unfolded(ical.calendar("Visits", [event(url="https://example.org/\r\nATTENDEE:x")]))
    assert "ATTENDEE:x" not in lines


def test_a_calendar_without_events_still_has_a_component():
    lines = unfolded(ical.calendar("Visits", []))
    assert "BEGIN:VTIMEZONE" in lines
    assert not [line for line in lines if "VEVENT" in line]
