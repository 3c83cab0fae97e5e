"""The few static files a page needs are compressed once."""

import gzip
import os

import brotli
import pytest

from score_mis.lib.compressed import compress


@pytest.fixture
def root(tmp_path):
    for name in ("score/css/app.css", "css/bootstrap.min.css", "css/bootstrap.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a { color: red }\n" * 200)
    return tmp_path


def test_only_what_a_page_needs_is_compressed(root):
    assert {path.name for path in compress(root)} == {"app.css", "bootstrap.min.css"}
    assert not (root / "css" / "bootstrap.css.br").exists()


def test_both_twins_hold_the_same_text(root):
    compress(root)
    text = (root / "score/css/app.css").read_bytes()
    assert brotli.decompress((root / "score/css/app.css.br").read_bytes()) == text
    assert gzip.decompress((root / "score/css/app.css.gz").read_bytes()) == text


def test_an_unchanged_file_is_not_compressed_again(root):
    compress(root)
    assert compress(root) == []
    path = root / "score/css/app.css"
    path.write_text("b { color: blue }\n" * 200)
    os.utime(path, (1, 1))
    assert compress(root) == [path]
