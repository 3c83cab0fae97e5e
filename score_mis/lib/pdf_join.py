"""Long PDFs in constant memory: Typst sets them part by part, and this puts the parts into one file.

A whole district's report would take Typst a gigabyte; its parts take what one of them takes. The parts are files as
Typst writes them (plain objects, one table of offsets), so joining is copying objects under new numbers. Text for
screen readers stays: the trees of structure become one. Links to `page:12` become links within the file.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

TOKEN = re.compile(rb"\\.|[()]|(\d+) 0 R|/StructParent(s?) (\d+)", re.S)
KIDS = re.compile(rb"/Kids\[([^\]]*)\]")
REFERENCE = re.compile(rb"(\d+) 0 R")
PAGE_LINK = re.compile(rb"/A<</Type/Action/S/URI/URI\(page:(\d+)\)>>")
PAGES, ROOT, CATALOG, OUTLINES, PARENTS = 1, 2, 3, 4, 5
FIRST_FREE = 6


class Bookmark(NamedTuple):
    """A chapter in the side bar of a reader."""

    title: str
    page: int


class Part:
    """One PDF as Typst writes it."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        start = int(self.data[self.data.rindex(b"startxref") + 9 :].split()[0])
        head, lines = self.data[start:].split(b"\n", 2)[1], self.data[start:].split(b"\n", 2)[2]
        self.size = int(head.split()[1])
        entries = [lines[20 * n : 20 * n + 18] for n in range(self.size)]
        offsets = {n: int(entry[:10]) for n, entry in enumerate(entries) if entry.endswith(b"n")}
        ends = [*sorted(offsets.values())[1:], start]
        after = dict(zip(sorted(offsets.values()), ends, strict=True))
        self.places = {n: (offset, after[offset]) for n, offset in offsets.items()}
        trailer = self.data[self.data.rindex(b"trailer") :]
        self.catalog = self._reference(rb"/Root", trailer)
        self.info = self._reference(rb"/Info", trailer)
        catalog = self.body(self.catalog)
        self.pages = self._reference(rb"/Pages", catalog)
        self.tree = self._reference(rb"/StructTreeRoot", catalog)
        self.metadata = self._reference(rb"/Metadata", catalog)
        self.leaves = list(self._leaves(self.pages))

    def body(self, number: int) -> bytes:
        """What stands between "obj" and "endobj"."""
        begin, end = self.places[number]
        whole = self.data[begin:end]
        return whole[whole.index(b"obj") + 4 : whole.rindex(b"endobj")]

    def _reference(self, key: bytes, text: bytes) -> int:
        found = re.search(key + rb" (\d+) 0 R", text)
        return int(found[1]) if found else 0

    def _leaves(self, number: int) -> Iterator[int]:
        body = self.body(number)
        if kids := KIDS.search(body):
            for kid in REFERENCE.findall(kids[1]):
                yield from self._leaves(int(kid))
        else:
            yield number

    def structure(self) -> tuple[list[int], list[tuple[int, int]], bytes]:
        """The roots of its structure, its parent tree, and what its own roles are."""
        body = self.body(self.tree) if self.tree else b""
        kids = re.search(rb"/K\[([^\]]*)\]", body) or re.search(rb"/K (\d+ 0 R)", body)
        nums = re.search(rb"/Nums\[([^\]]*)\]", body)
        roles = re.search(rb"/RoleMap<<(.*?)>>", body)
        pairs = re.findall(rb"(\d+) (\d+) 0 R", nums[1]) if nums else []
        return (
            [int(kid) for kid in REFERENCE.findall(kids[1])] if kids else [],
            [(int(key), int(number)) for key, number in pairs],
            roles[1] if roles else b"",
        )


class Joiner:
    """Writes parts into one file; they may come in another order than their pages have."""

    def __init__(self, target: BinaryIO, language: str) -> None:
        self.target, self.language = target, language
        self.offsets: dict[int, int] = {}
        self.free, self.key = FIRST_FREE, 0
        self.kids: dict[int, tuple[int, int]] = {}
        self.roots: dict[int, list[int]] = {}
        self.page_numbers: dict[int, int] = {}
        self.nums: list[bytes] = []
        self.roles: dict[bytes, bytes] = {}
        self.info = self.metadata = 0
        self.digest = hashlib.sha256()
        self.write(b"%PDF-1.7\n%\x80\x80\x80\x80\n")

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self.digest.update(data)
        self.target.write(data)

    def put(self, number: int, body: bytes) -> None:
        """Append an object."""
        self.offsets[number] = self.target.tell()
        self.write(b"%d 0 obj\n%s\nendobj\n" % (number, body.rstrip(b"\n")))

    def add(self, path: Path, place: int, first_page: int) -> int:
        """Append a part whose pages begin at `first_page` (from 0); `place` orders the parts. Return how many pages."""
        part = Part(path)
        base = self.free - 1
        self.free += part.size
        self.kids[place] = (base + part.pages, len(part.leaves))
        for number, leaf in enumerate(part.leaves):
            self.page_numbers[first_page + number] = base + leaf
        kids, pairs, roles = part.structure()
        self.roots[place] = [base + kid for kid in kids]
        self.nums += [b"%d %d 0 R" % (self.key + key, base + number) for key, number in pairs]
        self.roles.update(re.findall(rb"/(\w+)/(\w+)", roles))
        self.info, self.metadata = base + part.info, base + part.metadata
        for number in part.places:
            if number not in (part.catalog, part.tree):
                self.put(base + number, self._moved(part, number, base))
        self.key += 1 + max((key for key, _number in pairs), default=-1)
        return len(part.leaves)

    def _moved(self, part: Part, number: int, base: int) -> bytes:
        body = part.body(number)
        head, middle, stream = body.partition(b">>\nstream\n")
        depth = 0

        def moved(found: re.Match[bytes]) -> bytes:
            nonlocal depth
            whole = found[0]
            if whole in b"()":
                depth += 1 if whole == b"(" else -1
                return whole
            if depth or whole[:1] == b"\\":
                return whole
            if found[1]:
                old = int(found[1])
                return b"%d 0 R" % (ROOT if old == part.tree else base + old)
            return b"/StructParent%s %d" % (found[2], self.key + int(found[3]))

        head = TOKEN.sub(moved, head)
        if number == part.pages:
            head = head.replace(b"/Type/Pages", b"/Type/Pages/Parent %d 0 R" % PAGES, 1)
        elif b"/Subtype/Link" in head:
            head = PAGE_LINK.sub(self._within, head)
        return head + middle + stream

    def _within(self, found: re.Match[bytes]) -> bytes:
        return b"/Dest[%d 0 R/XYZ 0 842 0]" % self.page_numbers[int(found[1]) - 1]

    def finish(self, bookmarks: Sequence[Bookmark]) -> None:
        """Write what holds the parts together."""
        ordered = [self.kids[place] for place in sorted(self.kids)]
        kids = b" ".join(b"%d 0 R" % number for number, _count in ordered)
        self.put(PAGES, b"<</Type/Pages/Count %d/Kids[%s]>>" % (sum(count for _n, count in ordered), kids))
        roots = b" ".join(b"%d 0 R" % root for place in sorted(self.roots) for root in self.roots[place])
        roles = b"".join(b"/%s/%s" % pair for pair in self.roles.items())
        tree = b"<</Type/StructTreeRoot/RoleMap<<%s>>/K[%s]/ParentTree %d 0 R/ParentTreeNextKey %d>>"
        self.put(ROOT, tree % (roles, roots, PARENTS, self.key))
        self.put(PARENTS, b"<</Nums[%s]>>" % b" ".join(self.nums))
        self._outlines(bookmarks)
        self.put(
            CATALOG,
            b"<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R/Lang(%s)/StructTreeRoot %d 0 R/Outlines %d 0 R"
            b"/MarkInfo<</Marked true/Suspects false>>/ViewerPreferences<</DisplayDocTitle true>>>>"
            % (PAGES, self.metadata, self.language.encode(), ROOT, OUTLINES),
        )
        self._end()

    def _outlines(self, bookmarks: Sequence[Bookmark]) -> None:
        first, last = self.free, self.free + len(bookmarks) - 1
        ends = b"/First %d 0 R/Last %d 0 R" % (first, last) if bookmarks else b""
        self.put(OUTLINES, b"<</Type/Outlines%s/Count %d>>" % (ends, len(bookmarks)))
        for number, bookmark in enumerate(bookmarks, first):
            title = ("\ufeff" + bookmark.title).encode("utf-16-be").hex().upper().encode()
            around = b"/Prev %d 0 R" % (number - 1) if number > first else b""
            around += b"/Next %d 0 R" % (number + 1) if number < last else b""
            dest = self.page_numbers[bookmark.page - 1]
            line = b"<</Parent %d 0 R/Title<%s>/Dest[%d 0 R/XYZ 0 842 0]%s>>"
            self.put(number, line % (OUTLINES, title, dest, around))
        self.free += len(bookmarks)

    def _end(self) -> None:
        name = self.digest.hexdigest()[:32].encode()
        start = self.target.tell()
        lines = [b"xref\n0 %d\n0000000000 65535 f\r\n" % self.free]
        for number in range(1, self.free):
            offset = self.offsets.get(number)
            lines.append(b"0000000000 00000 f\r\n" if offset is None else b"%010d 00000 n\r\n" % offset)
        ends = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF"
        self.write(b"".join(lines) + ends % (self.free, CATALOG, self.info, name, name, start))


def pages_in(path: Path) -> int:
    """How many pages a part has."""
    return len(Part(path).leaves)
