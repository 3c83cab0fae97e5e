"""Evidence in pages: every record once, forward and backward, also pairs of enterprise and item."""

from enterprises.models import Enterprise
from hazards.models import ChecklistItem
from reports.evidence import Pairs, gather
from reports.indicators import INDICATORS
from reports.measures import Span
from reports.scope import programme_scope
from reports.tallies.looks import look_again
from score_mis.lib import keyset


def walk(rf, source, size, way="after"):
    """All rows of all pages, beginning at the first (the last)."""
    page = keyset.page_of(rf.get("/"), source, size)
    pages = [page]
    while page.after and len(pages) < 500:
        page = keyset.page_of(rf.get("/", {"after": page.after}), source, size)
        pages.append(page)
    if way == "before":
        pages = [page]
        while page.before and len(pages) < 500:
            page = keyset.page_of(rf.get("/", {"before": page.before}), source, size)
            pages.insert(0, page)
    return [row for page in pages for row in page]


PARTS = [
    ("hazards_rectified", "value"),
    ("hazards_sent_back", "value"),
    ("item_coverage", "numerator"),
    ("item_coverage", "denominator"),
    ("reporting_coverage", "denominator"),
    ("people_trained", "value"),
    ("entry_lag", "value"),
    ("checklist_items", "value"),
    ("enterprises", "value"),
]


def test_every_record_stands_on_one_page(pilot, rf, today):
    look_again(set(Enterprise.objects.values_list("pk", flat=True)))
    for indicator, part in PARTS:
        found = gather(INDICATORS[indicator], part, programme_scope(), Span(today))
        rows = walk(rf, found.records, 97)
        assert len(rows) == len(found) == len(set(rows)) > 0, indicator
        assert walk(rf, found.records, 97, "before") == rows, indicator
        assert found.records.up_to(len(rows)).number == len(rows), indicator
        assert found.records.up_to(len(rows) - 1).is_least, indicator


def test_an_enterprise_that_went_leaves_the_other_pairs(pilot, rf, today):
    scope = programme_scope()
    items = ChecklistItem.objects.order_by("pk")
    pairs = Pairs(scope.enterprises(), items)
    page = keyset.page_of(rf.get("/"), pairs, 5)
    rest = Pairs(scope.enterprises().exclude(pk=page[0][0].pk), items)
    after = keyset.page_of(rf.get("/", {"after": page.after}), rest, 5)
    assert after[0][0] == rest.enterprises.queryset[0]
    assert after[0][1] == rest.items[0]


def test_pairs_without_items_are_none(pilot, rf):
    pairs = Pairs(programme_scope().enterprises(), ChecklistItem.objects.none())
    assert (len(pairs), len(keyset.page_of(rf.get("/"), pairs)), pairs.up_to(5).number) == (0, 0, 0)
