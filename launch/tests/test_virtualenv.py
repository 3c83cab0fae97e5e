"""The virtual environment: installed once, again when a requirements file changes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from launch import virtualenv
from launch.console import Refusal


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with requirement files and a virtual environment folder whose name is not plain."""
    root = tmp_path / "房山 project"
    root.mkdir()
    (root / "requirements.txt").write_text("alpha==1\n")
    (root / "requirements-dev.txt").write_text("-r requirements.txt\nbeta==1\n")
    monkeypatch.setattr(virtualenv, "ROOT", root)
    monkeypatch.delenv("SCORE_VENV", raising=False)
    return root


@pytest.fixture
def installs(monkeypatch):
    """The names of the files that would have been installed."""
    names = []
    monkeypatch.setattr(virtualenv, "_make", lambda venv: None)
    monkeypatch.setattr(virtualenv, "_install", lambda venv, requirements: names.append(requirements.name))
    return names


def test_a_second_start_installs_nothing(project, installs):
    virtualenv.ensure("requirements.txt")
    virtualenv.ensure("requirements.txt")
    assert installs == ["requirements.txt"]


def test_the_tests_packages_include_the_products(project, installs):
    virtualenv.ensure("requirements-dev.txt")
    virtualenv.ensure("requirements.txt")
    assert installs == ["requirements-dev.txt"]


def test_a_changed_included_file_installs_again(project, installs):
    virtualenv.ensure("requirements-dev.txt")
    (project / "requirements.txt").write_text("alpha==2\n")
    virtualenv.ensure("requirements-dev.txt")
    assert installs == ["requirements-dev.txt"] * 2


def test_a_failed_installation_is_tried_again(project, installs, monkeypatch):
    def fail(venv, requirements):
        raise Refusal("no network")

    with monkeypatch.context() as patch:
        patch.setattr(virtualenv, "_install", fail)
        with pytest.raises(Refusal):
            virtualenv.ensure("requirements.txt")
    virtualenv.ensure("requirements.txt")
    assert installs == ["requirements.txt"]


def test_a_spoilt_stamp_installs_again(project, installs):
    virtualenv.ensure("requirements.txt")
    (project / ".venv" / "score-stamp.json").write_text("{")
    virtualenv.ensure("requirements.txt")
    assert len(installs) == 2


def test_a_python_without_venv_is_told_what_to_install(project, monkeypatch):
    monkeypatch.setattr(virtualenv.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Refusal, match="apt-get install python3-venv"):
        virtualenv.ensure("requirements.txt")


def test_pips_failure_is_one_sentence_with_the_log(project, monkeypatch):
    fake = project / "python"
    fake.write_text("#!/bin/sh\necho 'ERROR: No matching distribution found for alpha==1' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(virtualenv, "python_in", lambda venv: fake)
    monkeypatch.setattr(virtualenv, "_make", lambda venv: None)
    with pytest.raises(Refusal, match=r"could not be installed \(.*pip\.log\): ERROR: No matching") as caught:
        virtualenv.ensure("requirements.txt")
    assert "\n" not in str(caught.value)


def test_settings_of_another_python_are_left_behind(monkeypatch):
    for name in virtualenv.FOREIGN:
        monkeypatch.setenv(name, "/somewhere")
    assert not set(virtualenv.FOREIGN) & set(virtualenv.clean_environment())


@pytest.mark.nightly
def test_a_broken_environment_is_made_anew_without_a_home(project, monkeypatch):
    monkeypatch.delenv("HOME", raising=False)
    (project / "requirements.txt").write_text("# nothing\n")
    python = virtualenv.ensure("requirements.txt")
    assert subprocess.run([python, "-c", "import pip"], check=False).returncode == 0
    python.unlink()
    assert virtualenv.ensure("requirements.txt").exists()


def test_the_start_program_needs_the_standard_library_only():
    program = (
        "import sys; sys.path.insert(0, '.'); import launch.__main__, launch.site, launch.suite; "
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    root = Path(virtualenv.__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=root,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    foreign = set(done.stdout.split()) - set(sys.stdlib_module_names) - {"launch", "__main__", "__mp_main__"}
    assert foreign == set()
