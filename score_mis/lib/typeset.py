"""Typesetting in a process of its own, whose memory ends with it: run as a file, with a folder and those of fonts.

Typst keeps what it has typeset for the next time; a long paper of many volumes would fill the memory of a worker.
"""

import sys

import typst


def main(folder: str, *fonts: str) -> None:
    """Typeset `main.typ` of a folder to `out.pdf` beside it."""
    typst.compile(
        f"{folder}/main.typ", f"{folder}/out.pdf", root=folder, font_paths=list(fonts), format="pdf"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
