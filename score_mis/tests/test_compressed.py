"""The few static files a page needs are compressed, once, when they are collected."""

import gzip
import os

import brotli
import pytest

from score_mis.lib.compressed import NeededFilesCompressed

NAMES = ("score/css/app.css", "score/img/mark.png", "css/bootstrap.min.css", "css/bootstrap.css")


@pytest.fixture
def storage(tmp_path):
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a { color: red }\n" * 200)
    return NeededFilesCompressed(location=tmp_path, base_url="/static/")


def processed(storage, **options):
    return [name for name, _path, done in storage.post_process(dict.fromkeys(NAMES), **options) if done]


def test_only_what_a_page_needs_is_compressed(storage, tmp_path):
    assert processed(storage) == ["score/css/app.css", "css/bootstrap.min.css"]
    assert not (tmp_path / "css" / "bootstrap.css.br").exists()


def test_both_twins_hold_the_same_text(storage, tmp_path):
    processed(storage)
    text = (tmp_path / "score/css/app.css").read_bytes()
    assert brotli.decompress((tmp_path / "score/css/app.css.br").read_bytes()) == text
    assert gzip.decompress((tmp_path / "score/css/app.css.gz").read_bytes()) == text


def test_an_unchanged_file_is_not_compressed_again(storage, tmp_path):
    processed(storage)
    assert processed(storage) == []
    path = tmp_path / "score/css/app.css"
    path.write_text("b { color: blue }\n" * 200)
    os.utime(path, (1, 1))
    assert processed(storage) == ["score/css/app.css"]


def test_a_rehearsal_writes_nothing(storage, tmp_path):
    assert processed(storage, dry_run=True) == []
    assert not (tmp_path / "score/css/app.css.br").exists()
