"""What can be wrong with an open page in any state: axe's findings, scrolling sideways, small targets, shown markup."""

from pathlib import Path
from typing import Any

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(" ")).slice(0, 5).join(" | ")}`)"""
NARROWEST = 320
MANY = 8
TARGET = 44
THIN_OUT = """(many) => document.querySelectorAll("main :is(tbody, ul, ol, dl, .d-grid)")
  .forEach((list) => [...list.children].slice(many).forEach((row) => row.remove()))"""
SMALL = """(least) => [
    ...document.querySelectorAll("main :is(.btn, input:not([type=hidden]), select, textarea, summary)")]
  .filter((one) => one.checkVisibility({opacityProperty: true, visibilityProperty: true}) && !one.matches(".btn-check"))
  .map((one) => one.matches("[type=checkbox], [type=radio]") ? one.closest(".form-check") || one : one)
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < least - 0.5)
  .map(([one, box]) => `${one.tagName} ${one.id || one.innerText} is ${box.width} by ${box.height} px`)"""


def look(page: Any, language: str, width: int) -> list[str]:
    """What is wrong with the open page: its language, whether it scrolls sideways, small targets, what axe finds.

    Of long lists axe sees only the first rows: all are made alike.
    """
    wrong = []
    spoken = page.get_attribute("html", "lang")
    if spoken.lower() != language:
        wrong.append(f"the page says its language is {spoken}")
    wrong += sideways(page)
    if '">' in page.inner_text("body"):
        wrong.append("markup shows as text")
    if width == 390:
        wrong += page.evaluate(SMALL, TARGET)
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        wrong += sideways(page)
        page.set_viewport_size({"width": width, "height": 844})
    page.evaluate(THIN_OUT, MANY)
    page.evaluate(AXE)
    return wrong + page.evaluate(RUN)


def sideways(page: Any) -> list[str]:
    """Whether the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} px wider than the window of {page.viewport_size['width']} px"] if wide > 0 else []
