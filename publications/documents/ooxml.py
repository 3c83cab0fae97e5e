"""Pieces of a Word document as XML text, so that a long one is written without being held in memory."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr  # nosec B406 (it only writes)

from score_mis.lib.fonts import CONTROL

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
GREY = '<w:color w:val="595959"/>'
SMALL = '<w:sz w:val="15"/><w:szCs w:val="15"/>'
CODE = '<w:rPr><w:rStyle w:val="EvidenceCode"/></w:rPr>'
WIDTH = 9950
"""Between the margins of the page, in twentieths of a point."""


def run(text: str, properties: str = "") -> str:
    """A text; line ends stay."""
    given = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = [f'<w:t xml:space="preserve">{escape(CONTROL.sub("", line))}</w:t>' for line in text.split("\n")]
    return f"<w:r>{given}{'<w:br/>'.join(lines)}</w:r>"


def words(texts: tuple[str, ...], *, below: bool = True, bold: bool = False) -> str:
    """Words in the first language, and small and grey in the other one."""
    strong = "<w:b/>" if bold else ""
    whole = run(texts[0], strong)
    if len(texts) > 1 and texts[1] != texts[0]:
        whole += "<w:r><w:br/></w:r>" if below else run("  ")
        whole += run(texts[1], f'{GREY}{SMALL}<w:lang w:eastAsia="zh-CN"/>')
    return whole


def number(text: str, code: str, address: str, bold: bool = False) -> str:
    """A number, and behind it its evidence code as a link."""
    target = quoteattr(f' HYPERLINK "{address}{code}/" ')
    link = f"<w:fldSimple w:instr={target}><w:r>{CODE}<w:t>{code}</w:t></w:r></w:fldSimple>"
    return f"{run(text + chr(0xA0), '<w:b/>' if bold else '')}{link}"


def paragraph(inside: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f"<w:p><w:pPr>{named}{properties}</w:pPr>{inside}</w:p>"
        if named or properties
        else f"<w:p>{inside}</w:p>"
    )


def caption(label: str, shown: str, place: int, inside: str) -> str:
    """A caption that Word counts by its label; `shown` is what people read before the number."""
    field = f'<w:fldSimple w:instr=" SEQ {label} \\* ARABIC "><w:r><w:t>{place}</w:t></w:r></w:fldSimple>'
    return paragraph(f"{run(shown + ' ')}{field}{run('  ')}{inside}", "Caption", "<w:keepNext/>")


def contents(entries: Iterable[tuple[str, str]]) -> str:
    """A table of contents: a field that Word fills with pages; until then it has the chapters with their links."""
    given = list(entries)
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines = []
    for place, (anchor, title) in enumerate(given):
        page = (
            '<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f'<w:r><w:instrText xml:space="preserve"> PAGEREF {anchor} \\h </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            '<w:r><w:t> </w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        link = f'<w:hyperlink w:anchor="{anchor}" w:history="1">{run(title)}{page}</w:hyperlink>'
        inside = (begin if place == 0 else "") + link + (end if place == len(given) - 1 else "")
        lines.append(paragraph(inside, "TOC1"))
    return "".join(lines)


def chapter(anchor: str, place: int, inside: str) -> str:
    """The heading of a chapter, which the contents lead to."""
    begin = f'<w:bookmarkStart w:id="{place}" w:name="{anchor}"/>'
    return paragraph(f'{begin}{inside}<w:bookmarkEnd w:id="{place}"/>', "Heading1")


def table(shares: list[int], head: list[str], right: list[bool], full: int = WIDTH) -> str:
    """The beginning of a table, with a head row that is repeated on each page; `</w:tbl>` ends it."""
    whole = sum(shares)
    widths = [full * share // whole for share in shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    start = (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{full}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )
    return start + row(head, widths, right, head=True) if head else start


def row(cells: list[str], widths: list[int], right: list[bool], *, head: bool = False) -> str:
    """A row of a table; it is never broken over two pages."""
    kept = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
    made = []
    for cell, width, is_right in zip(cells, widths, right, strict=True):
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if head else ""
        side = '<w:jc w:val="right"/>' if is_right else ""
        inside = paragraph(cell, "TableText", side)
        made.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{inside}</w:tc>')
    return f"<w:tr>{kept}{''.join(made)}</w:tr>"


def widths(shares: list[int], full: int = WIDTH) -> list[int]:
    """The widths of columns by their shares."""
    return [full * share // sum(shares) for share in shares]
