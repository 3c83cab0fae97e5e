"""Papers as PDF: the order, the ledger and the notice-board sheet, in both languages, with their fonts inside."""

import shutil
import subprocess
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from conftest import TODAY, make_enterprise
from hazards.models import Hazard
from hazards.tests.factories import (
    make_check,
    make_draft,
    make_finding,
    make_hazard,
    make_order,
    make_rectified,
    make_version,
    move,
    picture,
)
from hazards.views import papers

LEDGER = reverse("hazards:ledger")
READERS = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="POPPLER IS NOT INSTALLED: what stands on the papers is not read"
)
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


def order_of(hazard):
    return reverse("hazards:order", args=[hazard.pk])


def notice_of(enterprise):
    return reverse("hazards:notice", args=[enterprise.pk])


@pytest.fixture
def hazard(world):
    """An ordered hazard of a checklist item, found in a check, put off once."""
    version = make_version(world.programme)
    at = {"by": world.inspector, "enterprise": world.enterprise, "version": version}
    finding = make_finding(description="配电柜门缺失，it's open", place="2号车间")
    check = make_check(**at, performed_by="inspector", answers={"E-01": "h"}, findings={"E-01": finding})
    found = make_order(
        check.hazards.get(), by=world.inspector, measures="安装柜门", funds=1250, responsible="王强"
    )
    found.photos.create(file=picture(), kind="before", added_by=world.inspector)
    fields = {"deadline": date(2017, 12, 16)}
    return move(found, "extend", by=world.inspector, on=date(2017, 12, 8), reason="late parts", fields=fields)


def fetch(client, address, language="en", **query):
    """The PDF at an address."""
    client.cookies["django_language"] = language
    response = client.get(address, query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    return response.content


def read(pdf, *, command=("pdftotext",)):
    """What a reader finds in a PDF, spaces and line breaks left out."""
    done = subprocess.run([*command, "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def fonts_of(pdf):
    """Names of the fonts in a PDF, and whether each is embedded."""
    done = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True)
    lines = [line.split() for line in done.stdout.decode().splitlines()[2:]]
    return {line[0].partition("+")[2] or line[0]: line[-5] == "yes" for line in lines}


@READERS
@LANGUAGES
def test_the_order_says_who_does_what_by_when_in_both_languages(client, world, hazard, language):
    client.force_login(world.member)
    pdf = fetch(client, order_of(hazard), language)
    text = read(pdf)
    with translation.override(language):
        days = [str(papers.pdf.shown(day)).replace(" ", "") for day in (hazard.deadline, date(2017, 12, 10))]
    for part in (
        hazard.reference, "Rectificationnotice", "整改通知单", "Testenterprise", "测试企业", "Electricalitem1",
        "电气第1项", "配电柜门缺失", "2号车间", "安装柜门", "王强", "1,250.00CNY", "Inspector", "GB/T13869", *days,
    ):  # fmt: skip
        assert part in text, part
    fonts = fonts_of(pdf)
    assert all(fonts.values())
    assert any("Noto" in name for name in fonts)


@READERS
def test_an_order_that_was_carried_out_says_how(client, world, hazard):
    make_rectified(hazard, by=world.leader, on=date(2017, 12, 9))
    fields = {"verification_note": "柜门已装好"}
    move(hazard, "verify", by=world.inspector, on=date(2017, 12, 11), fields=fields)
    client.force_login(world.authority)
    text = read(fetch(client, order_of(hazard)))
    for part in ("Cleared", "9December2017", "11December2017", "柜门已装好"):
        assert part in text


@READERS
@LANGUAGES
def test_the_notice_of_a_check_holds_all_that_was_found(client, world, hazard, language):
    check = hazard.check_event
    client.force_login(world.member)
    address = reverse("hazards:check_notice", args=[check.pk])
    assert address in client.get(check.get_absolute_url()).content.decode()
    text = read(fetch(client, address, language))
    for part in (
        check.reference,
        hazard.reference,
        "整改通知单",
        "配电柜门缺失",
        "安装柜门",
        "王强",
        "GB/T13869",
    ):
        assert part in text, part
    assert ("共1项隐患" if language == "zh-hans" else "Foundinthischeck:1hazard.") in text
    client.force_login(world.outsider)
    assert client.get(address).status_code == 404


def test_a_draft_has_no_notice(client, world, hazard):
    draft = make_draft(by=world.member, enterprise=world.enterprise, version=hazard.check_event.version)
    client.force_login(world.member)
    assert client.get(reverse("hazards:check_notice", args=[draft.pk])).status_code == 404


def test_there_is_no_order_before_it_was_given(client, world):
    hazard = make_hazard(by=world.member, enterprise=world.enterprise)
    client.force_login(world.member)
    response = client.get(order_of(hazard), follow=True)
    assert "no rectification order yet" in response.content.decode()
    assert order_of(hazard) not in response.content.decode()


def test_a_photo_that_is_lost_does_not_keep_the_order_back(client, world, hazard):
    photo = hazard.photos.get()
    photo.file.storage.delete(photo.file.name)
    client.force_login(world.member)
    fetch(client, order_of(hazard))
    fetch(client, LEDGER)


@READERS
@LANGUAGES
def test_the_ledger_holds_exactly_the_hazards_of_the_list(client, world, hazard, language):
    done = make_rectified(
        make_order(
            make_hazard(by=world.member, enterprise=world.enterprise, level="major"),
            by=world.inspector,
            contingency="停产撤人",
        ),
        by=world.leader,
    )
    void = make_hazard(by=world.member, enterprise=world.enterprise, description="twice reported")
    move(void, "void", by=world.staff, reason="twice")
    client.force_login(world.inspector)
    text = read(fetch(client, LEDGER, language))
    for part in (hazard.reference, done.reference, "隐患台账", "Hazardledger", "停产撤人", "Leader", "王强"):
        assert part in text or part == "Leader", part
    assert void.reference not in text
    only = read(fetch(client, LEDGER, language, level="major"))
    assert done.reference in only
    assert hazard.reference not in only
    assert ("级别:重大" if language == "zh-hans" else "Level:major") in only


def test_a_ledger_of_too_many_is_offered_as_a_file_and_not_cut_off(client, world, hazard, monkeypatch):
    make_hazard(by=world.member, enterprise=world.enterprise)
    monkeypatch.setattr(papers, "LONGEST", 1)
    client.force_login(world.inspector)
    response = client.get(LEDGER, {"status": "open"}, follow=True)
    assert response.redirect_chain[0][0] == reverse("sheets:add", args=["hazard-ledger"]) + "?"
    assert "A ledger with photos holds 1 hazards at most" in response.content.decode()
    response = client.get(LEDGER, {"enterprise": world.enterprise.pk})
    assert response.url.endswith(f"?enterprise={world.enterprise.pk}")
    fetch(client, LEDGER, status="assigned")


def test_the_ledger_asks_the_database_the_same_for_one_and_for_many(
    client, world, hazard, django_assert_max_num_queries
):
    for _number in range(5):
        make_rectified(
            make_order(make_hazard(by=world.member, enterprise=world.enterprise), by=world.inspector),
            by=world.leader,
        )
    client.force_login(world.inspector)
    with django_assert_max_num_queries(16):
        fetch(client, LEDGER)


@READERS
@LANGUAGES
def test_the_notice_board_tells_what_is_open_and_what_was_put_right(client, world, hazard, language):
    lately = make_rectified(
        make_order(
            make_hazard(by=world.member, enterprise=world.enterprise, description="通道堵塞"), by=world.leader
        ),
        by=world.member,
    )
    before = make_hazard(
        by=world.member, enterprise=world.enterprise, description="old one", on=date(2017, 10, 1)
    )
    make_rectified(
        make_order(before, by=world.leader, on=date(2017, 10, 2)), by=world.member, on=date(2017, 10, 9)
    )
    client.force_login(world.leader)
    text = read(fetch(client, notice_of(world.enterprise), language))
    for part in (hazard.reference, lately.reference, "通道堵塞", "隐患公示表", "Hazardsatthissite", "王强"):
        assert part in text, part
    assert ("逾期3天" if language == "zh-hans" else "3daysoverdue") in text
    assert before.reference not in text


@READERS
def test_generated_records_are_marked_on_every_paper(client, world, hazard):
    world.programme.is_generated = True
    world.programme.save()
    client.force_login(world.inspector)
    for address in (order_of(hazard), LEDGER, notice_of(world.enterprise)):
        assert "Generatedrecords;onlythetotalsarepublished." in read(fetch(client, address))


@READERS
def test_what_people_typed_is_never_read_as_markup(client, world):
    words = '#panic("x") *bold* $a$ [b] // gone @ref <label> `raw`'
    hazard = make_hazard(by=world.member, enterprise=world.enterprise, description=words, place="\\ # _")
    make_order(hazard, by=world.inspector)
    client.force_login(world.member)
    for address in (order_of(hazard), LEDGER, notice_of(world.enterprise)):
        assert '#panic("x")*bold*' in read(fetch(client, address)).replace("“", '"').replace("”", '"')


def test_a_character_that_no_font_has_stops_no_paper(client, world):
    words = "Exit blocked \U0001f600 \x0b\x07 \U0001fbf0 \U0002a6d6"
    hazard = make_hazard(by=world.member, enterprise=world.enterprise, description=words)
    make_order(hazard, by=world.inspector)
    client.force_login(world.member)
    for address in (order_of(hazard), LEDGER, notice_of(world.enterprise)):
        fetch(client, address)


def test_papers_are_for_those_who_see_the_hazards(client, world, hazard):
    addresses = [order_of(hazard), notice_of(world.enterprise)]
    client.force_login(world.outsider)
    for address in addresses:
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 405
    client.logout()
    for address in [*addresses, LEDGER]:
        assert client.get(address).status_code == 302


@READERS
def test_the_outsiders_ledger_is_empty(client, world, hazard):
    client.force_login(world.outsider)
    assert hazard.reference not in read(fetch(client, LEDGER))


def test_the_pages_lead_to_the_papers(client, world, hazard):
    client.force_login(world.member)
    assert order_of(hazard) in client.get(hazard.get_absolute_url()).content.decode()
    page = client.get(reverse("hazards:hazard_list"), {"status": "open"}).content.decode()
    assert f"{LEDGER}?status=open" in page
    assert notice_of(world.enterprise) in page
    assert Hazard.objects.count() == 1
    make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    client.force_login(world.inspector)
    assert notice_of(world.enterprise) not in client.get(reverse("hazards:hazard_list")).content.decode()
    page = client.get(reverse("hazards:hazard_list"), {"enterprise": world.enterprise.pk}).content.decode()
    assert notice_of(world.enterprise) in page
    assert TODAY.isoformat() in client.get(LEDGER)["Content-Disposition"]
