"""The report as an editable Word document: python-docx makes the frame, its body is written row by row."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Frame
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from publications.blocks import (
    Amount,
    Block,
    Cell,
    Chart,
    Column,
    Day,
    Definitions,
    Heading,
    KeyFigures,
    Paragraph,
    Profiles,
    Report,
    Table,
)
from publications.documents import charts, ooxml
from publications.documents.typesetting import desk, forget, picture
from publications.numbers import Figure, shown
from publications.words import LANGUAGES

HERE = "here-stands-the-report"
LATIN, HAN = "Calibri", "Microsoft YaHei"
ACCENT, GREY = RGBColor(0x1E, 0x2D, 0xBE), RGBColor(0x59, 0x59, 0x59)
CARDS = 3
FULL = 12
TABLE_STYLE = (
    f'<w:style {ooxml.NAMESPACES} w:type="table" w:customStyle="1" w:styleId="ReportTable"><w:name w:val="Report table"/>'
    '<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:color="595959"/>'
    '<w:bottom w:val="single" w:sz="4" w:color="BFBFBF"/><w:insideH w:val="single" w:sz="4" w:color="BFBFBF"/>'
    '</w:tblBorders><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    "</w:style>"
)

Beat = Callable[[int, int, Any], None]


def write(report: Report, path: Path, beat: Beat) -> None:
    """Write the DOCX of a report."""
    frame = _frame(report)
    with desk() as folder:
        body = Body(report, frame, folder)
        text = folder / "body.xml"
        with text.open("w", encoding="utf-8") as target:
            for place, piece in enumerate(body.pieces()):
                target.write(piece)
                if place % 100 == 0:
                    beat(place, 0, "")
            forget()
        _filled(frame, text, body.entries, path)


def _filled(frame: Frame, text: Path, entries: list[tuple[str, str]], path: Path) -> None:
    """Save the frame with the body in the place kept for it."""
    made = io.BytesIO()
    frame.save(made)
    with (
        zipfile.ZipFile(made) as given,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as target,
    ):
        for item in given.infolist():
            if item.filename != "word/document.xml":
                target.writestr(item, given.read(item), zipfile.ZIP_DEFLATED)
        before, after = _around(given.read("word/document.xml").decode())
        with target.open("word/document.xml", "w") as document, text.open("rb") as body:
            document.write(before.encode() + ooxml.contents(entries).encode())
            while block := body.read(1 << 16):
                document.write(block)
            document.write(after.encode())


def _around(xml: str) -> tuple[str, str]:
    """What stands before and after the paragraph that keeps the place of the body."""
    at = xml.index(HERE)
    begin = max(xml.rfind("<w:p>", 0, at), xml.rfind("<w:p ", 0, at))
    return xml[:begin], xml[xml.index("</w:p>", at) + len("</w:p>") :]


class Body:
    """Writes the blocks of a report as XML."""

    def __init__(self, report: Report, frame: Frame, folder: Path) -> None:
        self.report, self.frame, self.folder = report, frame, folder
        self.entries: list[tuple[str, str]] = []
        self.counted = {"Table": 0, "Figure": 0}

    def pieces(self) -> Iterator[str]:
        """The body in pieces."""
        for place, chapter in enumerate(self.report.chapters(), 1):
            anchor = f"_chapter{place}"
            self.entries.append((anchor, "  ".join(dict.fromkeys(chapter.title))))
            yield ooxml.chapter(anchor, place, ooxml.words(chapter.title))
            for block in chapter.blocks:
                yield from self.block(block)

    def block(self, block: Block) -> Iterator[str]:
        """One block."""
        match block:
            case Paragraph():
                for words in dict.fromkeys(block.words):
                    yield ooxml.paragraph(ooxml.run(words), "Note" if block.tone else "BodyText")
            case Heading():
                yield ooxml.paragraph(ooxml.words(block.words, below=False), "Heading2")
            case KeyFigures():
                yield from self.cards(block)
            case Definitions():
                for term, words in block.entries:
                    yield ooxml.paragraph(ooxml.words(term, below=False), "Term", "<w:keepNext/>")
                    yield ooxml.paragraph(ooxml.words(words), "BodyText")
            case Table():
                yield from self.table(block)
            case Chart():
                yield self.chart(block)
            case Profiles():
                yield from self.profiles(block)

    def number(self, given: Any, *, bold: bool = False) -> str:
        """A number with its code."""
        return ooxml.number(given.text, given.code, self.report.address, bold)

    def figure(self, figure: Figure, *, bold: bool = False) -> str:
        """A figure: the whole, and its parts below."""
        whole = self.number(figure.numbers[0], bold=bold)
        if figure.note:
            whole += ooxml.run("  " + " ".join(dict.fromkeys(figure.note)), ooxml.GREY + ooxml.SMALL)
        if len(figure.numbers) > 1:
            parts = ooxml.run(" / ").join(self.number(part) for part in figure.numbers[1:])
            whole += f"<w:r><w:br/></w:r>{parts}"
        return whole

    def cell(self, cell: Cell) -> str:
        """The runs of a cell."""
        match cell:
            case None:
                return ooxml.run("–")
            case Figure():
                return self.figure(cell)
            case Amount():
                return ooxml.run("–" if cell.value is None else shown(cell.value, "count"))
            case Day():
                return ooxml.words(cell.words)
            case _:
                return ooxml.words(cell)

    def caption(self, label: str, words: tuple[str, ...]) -> str:
        """A counted caption."""
        self.counted[label] += 1
        return ooxml.caption(label, self.counted[label], ooxml.words(words))

    def table(self, table: Table) -> Iterator[str]:
        """A table under its caption, row by row."""
        yield self.caption("Table", table.caption)
        shares, right = _measures(table.columns)
        full = min(ooxml.WIDTH, ooxml.WIDTH * sum(shares) // FULL)
        yield ooxml.table(shares, [ooxml.words(c.head, bold=_bold(c)) for c in table.columns], right, full)
        widths = ooxml.widths(shares, full)
        for row in table.rows():
            yield ooxml.row([self.cell(cell) for cell in row], widths, right)
        yield "</w:tbl>" + ooxml.paragraph("")

    def cards(self, block: KeyFigures) -> Iterator[str]:
        """Key figures, three in a row."""
        shares, right = [1] * CARDS, [False] * CARDS
        yield ooxml.table(shares, [], right)
        for at in range(0, len(block.cards), CARDS):
            cells = [self.card(card) for card in block.cards[at : at + CARDS]]
            cells += [""] * (CARDS - len(cells))
            yield ooxml.row(cells, ooxml.widths(shares), right)
        yield "</w:tbl>" + ooxml.paragraph("")

    def card(self, card: Any) -> str:
        """One key figure: its name, the number, and its parts by name."""
        figure, line = card.figure, "<w:r><w:br/></w:r>"
        whole = ooxml.words(card.label) + line + self.number(figure.numbers[0], bold=True)
        if figure.note:
            whole += ooxml.run("  " + " ".join(dict.fromkeys(figure.note)), ooxml.GREY + ooxml.SMALL)
        for part, words in zip(figure.numbers[1:], figure.parts, strict=False):
            whole += line + self.number(part) + ooxml.run(" " + " ".join(dict.fromkeys(words)))
        return whole

    def profiles(self, block: Profiles) -> Iterator[str]:
        """Records one by one: a heading, a line of facts, and figures in two columns."""
        shares, right = [3, 2, 3, 2], [False, True, False, True]
        widths = ooxml.widths(shares)
        for facts, figures in block.asked():
            title = tuple(f"{facts[0][0]}  {name}" for name in facts[1])
            yield ooxml.paragraph(ooxml.words(title, below=False), "Heading3")
            yield ooxml.paragraph(ooxml.run(" · ".join(self.facts(block, facts))), "Note", "<w:keepNext/>")
            yield ooxml.table(shares, [], right)
            cells = [
                cell
                for column, figure in zip(block.figures, figures, strict=True)
                if figure
                for cell in (ooxml.words(column.head), self.figure(figure))
            ]
            cells += [""] * (-len(cells) % 4)
            for at in range(0, len(cells), 4):
                yield ooxml.row(cells[at : at + 4], widths, right)
            yield "</w:tbl>"

    def facts(self, block: Profiles, facts: Any) -> Iterator[str]:
        """Facts in words, without code and name."""
        for column, fact in list(zip(block.facts, facts, strict=True))[2:]:
            if isinstance(fact, Amount):
                if fact.value is not None:
                    yield f"{' '.join(dict.fromkeys(column.head))} {shown(fact.value, 'count')}"
            elif isinstance(fact, tuple):
                yield " ".join(dict.fromkeys(fact))

    def chart(self, chart: Chart) -> str:
        """A chart as a picture with words for those who do not see it."""
        lang = LANGUAGES[self.report.language][0][:2]
        drawn = picture(self.folder, {"chart": charts.drawn(chart), "lang": lang})
        inline = self.frame.part.new_pic_inline(io.BytesIO(drawn), width=Mm(172))
        properties = inline.docPr
        properties.set(
            "descr", f"{' '.join(dict.fromkeys(chart.caption))}. {' '.join(dict.fromkeys(chart.alt))}"
        )
        properties.set("id", str(1000 + self.counted["Figure"]))
        xml = etree.tostring(inline, encoding="unicode")
        caption = self.caption("Figure", chart.caption)
        return ooxml.paragraph(f"<w:r><w:drawing>{xml}</w:drawing></w:r>", "", "<w:keepNext/>") + caption


def _bold(column: Column) -> bool:
    """Heads are bold where their first letters are Latin; many machines have no bold Han font."""
    return column.head[0].isascii()


def _measures(columns: tuple[Column, ...]) -> tuple[list[int], list[bool]]:
    return [column.share for column in columns], [column.kind in ("figure", "amount") for column in columns]


def _frame(report: Report) -> Frame:
    """The document without its body: page, styles, cover, running head and foot."""
    frame = Document()
    section = frame.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin, section.bottom_margin = Mm(22), Mm(18)
    section.different_first_page_header_footer = True
    _styles(frame, report.language)
    _cover(frame, report)
    _around_pages(frame, report)
    frame.add_paragraph(HERE)
    properties = frame.core_properties
    properties.title = " · ".join(dict.fromkeys(report.cover["title"]))[:255]
    properties.author = report.cover["programme"][0][:255]
    properties.identifier = report.code
    properties.language = LANGUAGES[report.language][0]
    properties.comments = report.address
    frozen = datetime.fromisoformat(report.cover["frozen_at"]).replace(tzinfo=None)
    properties.created = properties.modified = frozen
    return frame


def _styles(frame: Frame, language: str) -> None:
    chinese = language == "zh-hans"
    sizes = {
        "Normal": 10,
        "Heading 1": 18,
        "Heading 2": 13,
        "Heading 3": 11,
        "Caption": 9,
        "Title": 30,
        "Body Text": 10,
    }
    for name, size in sizes.items():
        style = frame.styles[name]
        _font(style, size)
        style.font.bold = name.startswith(("Heading", "Title", "Caption")) and not chinese
        style.font.italic = False
        style.font.color.rgb = ACCENT if name in ("Heading 1", "Title") else RGBColor(0, 0, 0)
    frame.styles["Heading 1"].paragraph_format.page_break_before = True
    for name, size, colour in (
        ("Table Text", 8, None),
        ("Note", 9, GREY),
        ("Term", 10, None),
        ("TOC 1", 11, None),
    ):
        style = frame.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = frame.styles["Normal"]
        _font(style, size)
        if colour is not None:
            style.font.color.rgb = colour
        style.paragraph_format.space_after = Pt(0 if name == "Table Text" else 4)
    frame.styles["Term"].font.bold = not chinese
    frame.styles["TOC 1"].paragraph_format.tab_stops.add_tab_stop(Mm(174), 2, 1)
    code = frame.styles.add_style("Evidence Code", WD_STYLE_TYPE.CHARACTER)
    _font(code, 6)
    code.font.color.rgb = GREY
    code.font.bold = False
    frame.styles.element.append(parse_xml(TABLE_STYLE))


def _font(style: Any, size: int) -> None:
    """Latin and East Asian letters each get a font that machines with Word have."""
    style.font.name, style.font.size = LATIN, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), HAN)


def _cover(frame: Frame, report: Report) -> None:
    cover = report.cover
    frame.add_paragraph("\n".join(dict.fromkeys(cover["programme"])), style="Note")
    if cover["generated"]:
        marked = frame.add_paragraph("\n".join(cover["generated"]), style="Note")
        marked.runs[0].font.color.rgb = RGBColor(0xA3, 0x14, 0x0F)
    frame.add_paragraph(cover["title"][0], style="Title").paragraph_format.space_before = Pt(120)
    for other in cover["title"][1:]:
        if other != cover["title"][0]:
            frame.add_paragraph(other, style="Note").runs[0].font.size = Pt(20)
    frame.add_paragraph("\n".join(dict.fromkeys(cover["authority"]))).paragraph_format.space_after = Pt(120)
    for label, value in cover["lines"]:
        line = frame.add_paragraph(style="Body Text")
        line.add_run(" ".join(dict.fromkeys(label)) + ": ").font.color.rgb = GREY
        line.add_run(" · ".join(dict.fromkeys(value)))
    frame.add_paragraph("\n".join(cover["verify"]), style="Note")
    link = frame.add_paragraph()
    target = frame.part.relate_to(cover["address"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    inside = ooxml.run(cover["address"], '<w:color w:val="1E2DBE"/><w:u w:val="single"/>')
    link._p.append(parse_xml(f'<w:hyperlink {ooxml.NAMESPACES} r:id="{target}">{inside}</w:hyperlink>'))
    heading = frame.add_paragraph(" ".join(dict.fromkeys(report.words["contents"])), style="Term")
    heading.paragraph_format.page_break_before = True
    heading.runs[0].font.size = Pt(18)


def _around_pages(frame: Frame, report: Report) -> None:
    section = frame.sections[0]
    head = section.header.paragraphs[0]
    head.text = f"{report.cover['programme'][0]} · {report.words['snapshot'][0]} {report.code}"
    head.style = frame.styles["Note"]
    foot = section.footer.paragraphs[0]
    foot.style, foot.alignment = frame.styles["Note"], WD_ALIGN_PARAGRAPH.RIGHT
    foot.add_run(report.words["generated"][0] + "   " if report.cover["generated"] else "")
    foot.add_run(report.words["page"][0] + " ")
    _field(foot, "PAGE")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    field = f'<w:fldSimple {ooxml.NAMESPACES} w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))
