"""Finding the browser of the browser tests."""

from pathlib import Path

import pytest

from dev import chromium


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nothing on the path, and nothing given; returns the one folder of the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "MAC", tmp_path / "none")
    return tmp_path


def program(path: Path) -> Path:
    """Make a file that can be started."""
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_given_browser_wins(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare_machine / "chromium")
    monkeypatch.setenv("CHROMIUM", str(program(bare_machine / "mine")))
    assert chromium.find(install=True) == bare_machine / "mine"


def test_given_browser_that_is_not_there_is_named(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare_machine / "chromium")
    monkeypatch.setenv("CHROMIUM", str(bare_machine / "gone"))
    with pytest.raises(chromium.Missing, match="gone is no program"):
        chromium.find(install=True)


def test_browser_on_the_path_is_found(bare_machine: Path) -> None:
    program(bare_machine / "chromium-browser")
    assert chromium.find(install=True) == bare_machine / "chromium-browser"


def test_without_browser_and_installer_it_says_what_to_install(bare_machine: Path) -> None:
    with pytest.raises(chromium.Missing, match="apt-get install chromium"):
        chromium.find(install=True)
    assert chromium.find(install=False) is None
