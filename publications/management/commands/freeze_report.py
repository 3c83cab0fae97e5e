"""`manage.py freeze_report`: freeze a report and write its documents, as the pages and jobs do."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from enterprises.models import Area, Assignment, Cohort, Programme, Role
from publications import issuing
from publications.choices import LANGUAGES, Kind
from publications.freezing import CannotFreeze, freeze
from publications.models import Document, Freezing, Report, Snapshot
from reports.management.commands.indicators import day
from reports.scope import UnknownScope, programme_scope
from score_mis.lib import dates, filejobs

TITLES = {
    Kind.MTR: ("Mid-Term Review", "中期评估报告"),
    Kind.WRAP_UP: ("Wrap-up report", "总结报告"),
    Kind.QUARTERLY: ("Quarterly statistics", "季度统计"),
    Kind.YEAR_END: ("Year-end report", "年度报告"),
    Kind.FREE: ("Report", "报告"),
}


class Command(BaseCommand):
    """Freezes and writes; wrong options leave with exit code 2, a freeze that is refused with 1."""

    help = "Freeze a report and write its documents into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take milestone, days, scope, languages, formats and folder."""
        parser.add_argument("--milestone", choices=Kind.values, default=Kind.MTR)
        parser.add_argument("--as-of", required=True, metavar="DAY", help="cut-off day, inclusive")
        parser.add_argument("--since", metavar="DAY", help="first day of a period that is reported beside it")
        parser.add_argument("--area", default="", metavar="CODE")
        parser.add_argument("--sector", default="", metavar="CODE")
        parser.add_argument("--enterprise", default="", metavar="ID")
        parser.add_argument("--cohort", default="", metavar="ID")
        parser.add_argument(
            "--lang", action="append", choices=list(LANGUAGES), help="may be given several times"
        )
        parser.add_argument(
            "--format", action="append", choices=[*issuing.FORMATS], help="default: all three"
        )
        parser.add_argument(
            "--by", metavar="NAME", help="sign-in name of who freezes; default: the first of the staff"
        )
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Freeze, and write the documents and the signed snapshot."""
        out: Path = options["out"]
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}.", returncode=2) from error
        report = self._report(options)
        try:
            snapshot = freeze(report, by=report.created_by, now=dates.now())
        except CannotFreeze as error:
            if not report.snapshots.exists():
                report.history.all().delete()
                report.delete()
            raise CommandError(str(error)) from error
        self.stdout.write(f"{snapshot.code}  SHA-256 {snapshot.sha256}")
        for language in report.languages:
            for file_format in options["format"] or issuing.FORMATS:
                self._write(
                    issuing.wish_for(snapshot, file_format, language, by=report.created_by), snapshot, out
                )
        (out / f"{snapshot.code}.json").write_bytes(self._signed(snapshot))
        self.stdout.write(f"{out / f'{snapshot.code}.json'}")

    def _signed(self, snapshot: Snapshot) -> bytes:
        """The signed snapshot, kept as a file that was issued."""
        job = Freezing(
            asked_by=snapshot.frozen_by, language="en", format="json", name=str(snapshot.report),
            report=snapshot.report, snapshot=snapshot, task=issuing.FREEZE, wish=snapshot.sha256,
        )  # fmt: skip
        job.save()
        filejobs.make(Freezing, job.pk, issuing.write_frozen)
        job.refresh_from_db()
        return job.file.read_bytes()

    def _write(self, job: Document, snapshot: Snapshot, out: Path) -> None:
        job.save()
        filejobs.make(Document, job.pk, issuing.write_document)
        job.refresh_from_db()
        if not job.is_ready:
            raise CommandError(job.sentence)
        path = out / f"{snapshot.code}-{job.language}.{job.format}"
        path.write_bytes(job.file.read_bytes())
        self.stdout.write(f"{path}  {job.size:,} bytes  SHA-256 {job.sha256}")

    def _report(self, options: dict[str, Any]) -> Report:
        """The report that the options describe, saved."""
        programme = Programme.objects.current()
        if programme is None:
            raise CommandError("There is no programme yet.", returncode=2)
        try:
            scope = programme_scope(options["area"], options["sector"], options["enterprise"])
        except UnknownScope as error:
            raise CommandError(str(error), returncode=2) from error
        name_en, name_zh = TITLES[Kind(options["milestone"])]
        report = Report(
            programme=programme,
            kind=options["milestone"],
            name_en=name_en,
            name_zh=name_zh,
            area=scope.area or Area.objects.filter(programme=programme, parent__isnull=True).first(),
            sector=scope.sector,
            enterprise=scope.enterprise,
            cohort=self._cohort(options["cohort"]),
            as_of=day(options["as_of"]),
            since=day(options["since"]) if options["since"] else None,
            languages=list(dict.fromkeys(options["lang"] or ["en", "zh-hans"])),
            created_by=self._person(options["by"]),
            created_at=dates.now(),
        )
        if report.as_of > dates.today():
            raise CommandError(f"{report.as_of} lies in the future; today is {dates.today()}.", returncode=2)
        try:
            report.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        report.save()
        return report

    def _cohort(self, key: str) -> Cohort | None:
        found = Cohort.objects.filter(pk=key).first() if key.isdecimal() else None
        if key and found is None:
            raise CommandError(f"There is no cohort {key}.", returncode=2)
        return found

    def _person(self, name: str | None) -> User:
        if name:
            found = User.objects.filter(username=name).first()
        else:
            staff = Assignment.objects.filter(role=Role.PROGRAMME_STAFF).active(dates.today())
            found = User.objects.filter(pk__in=staff.values("user")).order_by("pk").first()
        if found is None:
            raise CommandError(
                f"There is no person {name}." if name else "Nobody is programme staff.", returncode=2
            )
        return found
