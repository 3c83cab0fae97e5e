"""Reports and what was frozen of them, for tests."""

from datetime import date

from publications import issuing, signing
from publications.freezing import freeze
from publications.models import Document, Freezing, Report
from reports import tallies
from score_mis.lib import dates, filejobs


def make_report(programme, area, by, **values):
    """Save a report on an area."""
    given = {
        "kind": "mtr",
        "name_en": "Mid-Term Review",
        "name_zh": "中期评估报告",
        "as_of": date(2017, 12, 19),
        "languages": ["en", "zh-hans"],
        "created_by": by,
        "created_at": dates.now(),
    }
    report = Report(programme=programme, area=area, **given | values)
    report.full_clean()
    report.save()
    return report


def make_published(world):
    """A report on the world's district, frozen, with a document that was made, by the names of tests."""
    signing.make(dates.now())
    report = make_report(world.programme, world.district, world.staff)
    tallies.build_all()  # tests save some records past their marks
    snapshot = freeze(report, by=world.staff, now=dates.now())
    freezing = Freezing(
        asked_by=world.staff,
        language="en",
        format="json",
        name="R",
        report=report,
        snapshot=snapshot,
        wish="f",
    )
    freezing.save()
    filejobs.make(Freezing, freezing.pk, issuing.write_frozen)
    document = issuing.wish_for(snapshot, "docx", "en", by=world.staff)
    filejobs.make(Document, document.pk, lambda job, path, beat: path.write_bytes(b"made"))
    for job in (freezing, document):
        job.refresh_from_db()
    return {"report": report, "snapshot": snapshot, "freezing": freezing, "document": document}
