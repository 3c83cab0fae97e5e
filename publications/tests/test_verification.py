"""Verification accepts the bytes that were issued and nothing else, and says what is other in everything else."""

import io
import json
import zipfile

import openpyxl
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from publications import issuing, snapshots
from publications.models import Document
from publications.tests.factories import make_published
from publications.verification import verify
from score_mis.lib import canonical, filejobs
from suggestions.tests.factories import make_suggestion


@pytest.fixture
def issued(world, tmp_path):
    """The files of a frozen report in English, by their format."""
    for status in ("submitted", "implemented", "verified"):
        make_suggestion(world, status, title="=1+1")
    things = make_published(world)
    Document.objects.all().delete()
    files = {"json": things["freezing"].file}
    for file_format in issuing.FORMATS:
        job = issuing.wish_for(things["snapshot"], file_format, "en", by=world.staff)
        job.save()
        filejobs.make(Document, job.pk, issuing.write_document)
        job.refresh_from_db()
        assert job.is_ready, job.sentence
        files[file_format] = job.file
    return files | {"snapshot": things["snapshot"]}


@pytest.fixture
def copy(issued, tmp_path):
    """Write what somebody made of an issued file, and look at it."""

    def look(file_format, change):
        path = tmp_path / f"copy.{file_format}"
        path.write_bytes(change(issued[file_format].read_bytes()))
        return verify(path)

    return look


def in_zip(change, name):
    """Change one file inside a DOCX or XLSX."""

    def changed(content):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
            new.comment = b"saved anew"
            for entry in old.infolist():
                inner = old.read(entry)
                new.writestr(entry, change(inner) if entry.filename == name else inner)
        return out.getvalue()

    return changed


def test_each_issued_file_is_accepted_whatever_it_is_called(issued, tmp_path):
    for file_format in ("pdf", "docx", "xlsx", "json"):
        path = tmp_path / "renamed.bin"
        path.write_bytes(issued[file_format].read_bytes())
        verdict = verify(path)
        assert (verdict.is_issued, verdict.snapshot) == (True, issued["snapshot"]), file_format


def test_a_copy_saved_anew_is_refused_though_all_its_figures_are_right(issued, copy):
    for file_format in ("docx", "xlsx"):
        verdict = copy(file_format, in_zip(lambda inner: inner, ""))
        assert not verdict.is_issued
        assert verdict.changed == []
        assert "altered" in verdict.told[0], verdict.told
    verdict = copy("pdf", lambda content: content + b"\n% seen")
    assert (verdict.is_issued, verdict.changed) == (False, [])
    verdict = copy("json", lambda content: json.dumps(json.loads(content), indent=2).encode())
    assert not verdict.is_issued
    assert "only the way it is written differs" in verdict.told[0]


def test_a_changed_figure_is_named_in_a_word_document(issued, copy):
    docx = in_zip(lambda inner: inner.replace("3\xa0<".encode(), "4\xa0<".encode()), "word/document.xml")
    verdict = copy("docx", docx)
    assert not verdict.is_issued
    named = {(one.code, one.found, one.frozen) for one in verdict.changed}
    assert any(code == "E2" and "4" in found and frozen == "3" for code, found, frozen in named), named
    assert next(one.name for one in verdict.changed if one.code == "E2") == "Suggestions submitted"


def test_a_changed_cell_and_an_added_row_of_a_workbook_are_refused(issued, tmp_path):
    book = openpyxl.load_workbook(issued["xlsx"])
    sheet = next(one for one in book if any(cell.value == "E2" for row in one.iter_rows() for cell in row))
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "E2")
    before = (
        next(
            c for c in reversed(list(sheet[cell.row])[: cell.column - 1]) if isinstance(c.value, int | float)
        )
        if cell.column > 1
        and any(isinstance(c.value, int | float) for c in list(sheet[cell.row])[: cell.column - 1])
        else next(c for c in list(sheet[cell.row])[cell.column :] if isinstance(c.value, int | float))
    )
    before.value = 4
    path = tmp_path / "changed.xlsx"
    book.save(path)
    verdict = verify(path)
    assert not verdict.is_issued
    assert "E2" in {one.code for one in verdict.changed}
    book = openpyxl.load_workbook(issued["xlsx"])
    book.worksheets[-1].append(["added"])
    book.save(path)
    assert not verify(path).is_issued


def test_a_pdf_without_a_page_is_refused_and_what_is_missing_is_counted(issued, tmp_path):
    pdf = pypdfium2.PdfDocument(issued["pdf"])
    pages = len(pdf)
    pdf.del_page(pages // 2)
    path = tmp_path / "short.pdf"
    pdf.save(path)
    verdict = verify(path)
    assert not verdict.is_issued
    assert verdict.changed == []
    assert any("not in the file" in sentence for sentence in verdict.told), verdict.told


def test_a_changed_snapshot_is_refused_by_its_signature_and_the_figure_named(issued, copy):
    def change(content):
        envelope = json.loads(content)
        envelope["content"]["figures"][1]["reading"]["value"] = 4
        return canonical.written(envelope)

    verdict = copy("json", change)
    assert not verdict.is_issued
    assert "signature is not right" in verdict.told[0]
    assert [(one.code, one.found, one.frozen) for one in verdict.changed] == [("E2", "4", "3")]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"content": 1}', b"%PDF-1.7 broken", b"PK\x03\x04broken", b"\x89PNG\r\n", b"{" * 100_000],
)
def test_what_is_no_report_is_said_in_a_sentence(db, tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    verdict = verify(path)
    assert not verdict.is_issued
    assert verdict.told
    assert all(sentence.endswith(".") for sentence in verdict.told)


def test_a_snapshot_that_was_altered_in_the_database_is_not_confirmed(issued, monkeypatch):
    monkeypatch.setattr("publications.verification.signing.is_signed", lambda *_given: False)
    verdict = verify(issued["pdf"])
    assert not verdict.is_issued
    assert "altered" in verdict.told[0]


def test_the_command_names_what_differs_and_leaves_with_one(issued, tmp_path, capsys):
    call_command("verify_report", issued["pdf"], issued["json"])
    path = tmp_path / "other.json"
    envelope = json.loads(issued["json"].read_bytes())
    envelope["content"]["figures"][1]["reading"]["value"] = 4
    path.write_bytes(canonical.written(envelope))
    with pytest.raises(CommandError) as refused:
        call_command("verify_report", path)
    assert refused.value.returncode == 1
    assert "E2 Suggestions submitted: the file says 4, frozen was 3" in capsys.readouterr().out
    with pytest.raises(CommandError) as missing:
        call_command("verify_report", tmp_path / "none")
    assert missing.value.returncode == 2


def test_anybody_may_ask_about_a_file(issued, client):
    content = issued["pdf"].read_bytes()
    for upload, answer in ((content, "yes"), (content + b" ", "no")):
        file = SimpleUploadedFile("any.pdf", upload)
        page = client.post(reverse("publications:verify"), {"file": file}).content.decode()
        assert f'data-issued="{answer}"' in page
        assert issued["snapshot"].code in page
        assert "T01-S0001" not in page


def test_every_whole_figure_leads_to_its_page(issued, client, world):
    client.force_login(world.staff)
    said = snapshots.content(issued["snapshot"])
    codes = [one["code"] for one in said["figures"] if not one["dim"]]
    addresses = [reverse("publications:evidence", args=[said["code"], code]) for code in codes]
    assert {client.get(address).status_code for address in addresses} == {200}
