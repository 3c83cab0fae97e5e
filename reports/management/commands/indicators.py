"""`manage.py indicators`: every indicator of a scope, as a table or as JSON (docs/indicators.schema.json)."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import Programme
from reports.indicators import GROUPS, INDICATORS
from reports.known import as_known, end_of
from reports.labels import labels
from reports.measures import Span
from reports.questions import checked_known_on
from reports.readings import BREAKDOWNS, read_all, read_by
from reports.scope import Scope, UnknownScope, programme_scope
from reports.sources import source_for
from reports.tallies import freshness, version
from score_mis.lib import dates, replica


def day(text: str) -> date:
    """Read a day from the command line."""
    try:
        found = date.fromisoformat(text)
        for validator in dates.PLAUSIBLE:
            validator(found)
    except ValueError as error:
        raise CommandError(f"{text!r} is not a day; write YYYY-MM-DD.", returncode=2) from error
    except ValidationError as error:
        raise CommandError(f"{text}: {error.messages[0]}", returncode=2) from error
    return found


class Command(BaseCommand):
    """Prints indicators from the tallies. Wrong options leave with exit code 2."""

    help = "Print the indicators of the programme, an area, a sector or an enterprise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take day, period, scope, breakdown and format."""
        parser.add_argument(
            "--as-of", metavar="DAY", help="cut-off day, inclusive; default: the programme's today"
        )
        parser.add_argument("--since", metavar="DAY", help="first day of a period: events instead of states")
        parser.add_argument(
            "--known-on",
            metavar="DAY",
            help="as the records were known at the end of a day; default: as today",
        )
        parser.add_argument("--area", default="", metavar="CODE")
        parser.add_argument("--sector", default="", metavar="CODE")
        parser.add_argument("--enterprise", default="", metavar="ID")
        parser.add_argument("--by", choices=BREAKDOWNS)
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read and print."""
        span = self._span(options["as_of"], options["since"], options["known_on"])
        try:
            scope = programme_scope(options["area"], options["sector"], options["enterprise"])
        except UnknownScope as error:
            raise CommandError(str(error), returncode=2) from error
        if span.known_on:
            with as_known(scope, end_of(span.known_on)) as known:
                result = self._read(known.scope, span, options["by"])
        else:
            result, _version = replica.read(lambda: self._read(scope, span, options["by"]), version=version)
        if options["format"] == "json":
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            self._table(result)

    def _span(self, as_of: Any, since: Any, known: Any) -> Span:
        """Check the days; each may be a text or a day already."""
        today = dates.today()
        known_on = self._known_on(day(str(known)), today) if known else None
        last = day(str(as_of)) if as_of else known_on or today
        if last > today:
            raise CommandError(f"{last} lies in the future; today is {today}.", returncode=2)
        if known_on is not None and last > known_on:
            raise CommandError(f"{last} lies after the day on which it was known, {known_on}.", returncode=2)
        first = day(str(since)) if since else None
        if first is not None and first > last:
            raise CommandError(f"The period begins ({first}) after it ends ({last}).", returncode=2)
        return Span(last, first, last if first else None, known_on)

    def _known_on(self, known_on: date, today: date) -> date:
        """The day on which it was known, checked."""
        try:
            return checked_known_on(known_on, today)
        except ValidationError as error:
            raise CommandError(f"{known_on}: {error.messages[0]}", returncode=2) from error

    def _read(self, scope: Scope, span: Span, by: str | None) -> dict[str, Any]:
        """Return the whole result in the shape of the schema."""
        source, fresh = source_for(scope, span), freshness()
        if span.known_on:  # counted from the records, now
            fresh |= {"computed_at": timezone.now(), "waiting": 0}
        result: dict[str, Any] = {
            "as_of": span.as_of.isoformat(),
            "computed_at": fresh["computed_at"].isoformat() if fresh["computed_at"] else None,
            "waiting_marks": fresh["waiting"],
            "scope": scope.description(),
            "indicators": read_all(source, span),
        }
        programme = Programme.objects.current()
        if programme is not None and programme.is_generated:
            result["generated_data"] = True
        if span.since:
            result["since"] = span.since.isoformat()
        if span.known_on:
            result["known_on"] = span.known_on.isoformat()
        if by:
            rows = read_by(source, span, by)
            names = labels(by, list(rows))
            result["by"] = by
            result["rows"] = [
                {"key": str(key), "label": names[key], "indicators": readings}
                for key, readings in rows.items()
            ]
        return result

    def _table(self, result: dict[str, Any]) -> None:
        """Print for people."""
        period = (
            f"{result['since']} to {result['as_of']}" if "since" in result else f"as of {result['as_of']}"
        )
        if "known_on" in result:
            period += f", as known on {result['known_on']}"
        self.stdout.write(
            f"Indicators {period}, computed at {result['computed_at'] or 'never: run `manage.py tally`'}"
        )
        if "generated_data" in result:
            self.stdout.write(str(_("Generated records; only the totals are published.")))
        if result["waiting_marks"]:
            self.stdout.write(f"{result['waiting_marks']} changes wait to be counted.")
        self._block(result["indicators"], "")
        for row in result.get("rows", []):
            self.stdout.write(f"\n{result['by']}: {row['label']}")
            self._block(row["indicators"], "  ")

    def _block(self, readings: dict[str, Any], indent: str) -> None:
        for group, title in GROUPS.items():
            rows = [row for row in INDICATORS.values() if row.group == group and row.id in readings]
            if rows and not indent:
                self.stdout.write(f"\n{title}")
            for row in rows:
                self.stdout.write(f"{indent}  {row.name!s:<34} {shown(readings[row.id])}")


def shown(reading: dict[str, Any]) -> str:
    """Return a reading as one line of text."""
    if "by" in reading:
        return "; ".join(f"{key or 'unknown'}: {shown(value)}" for key, value in reading["by"].items()) or "–"
    if "numerator" in reading:
        rate = "n/a" if reading["percent"] is None else f"{reading['percent']} %"
        return f"{rate} ({reading['numerator']:,} of {reading['denominator']:,})"
    if "median" in reading:
        return "n/a" if reading["median"] is None else f"{reading['median']:g} days (n = {reading['n']:,})"
    if "sum" in reading:
        return f"{reading['sum']} {reading['currency']} (n = {reading['n']:,})"
    return f"{reading['value']:,}"
