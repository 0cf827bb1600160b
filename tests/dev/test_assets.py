"""The front-end build: what it makes, that it does nothing twice, and that a wrong input stops it."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dev import build_assets
from portal.core import assets

ROOT = Path(__file__).parents[2]
FIRST_VISIT = ("css/app.css", "js/app.js", "js/htmx.js", "icons.svg", "img/mark.svg")
FONTS = ("fonts/source-sans-3-latin.woff2", "fonts/source-sans-3-latin-ext.woff2")
BUDGET = 120_000  # bytes on the line for a first visit; the journey of the main job weighs the page along


pytestmark = pytest.mark.xdist_group("assets")  # one build serves them


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inputs and outcome of a build in a folder with a space in its name; the packages are those installed."""
    root = tmp_path_factory.mktemp("assets") / "een map"
    shutil.copytree(ROOT / "dev" / "assets", root / "dev" / "assets")
    shutil.copytree(
        ROOT / "portal" / "static", root / "portal" / "static", ignore=shutil.ignore_patterns("vendor", ".*")
    )
    for name in ("package.json", "package-lock.json", "dev/build_assets.py"):
        shutil.copy(ROOT / name, root / name)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    assert build(root).returncode == 0
    return root


@pytest.fixture
def clone(built: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(built, tmp_path / "een map", symlinks=True))


def build(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the build as people do."""
    command = [sys.executable, "dev/build_assets.py"]
    return subprocess.run(command, cwd=root, env=os.environ, capture_output=True, text=True, check=False)


def snapshot(root: Path) -> dict[str, int]:
    """Every built file with the moment it was written."""
    vendor = root / "portal" / "static" / "vendor"
    return {str(path.relative_to(vendor)): path.stat().st_mtime_ns for path in vendor.rglob("*") if path.is_file()}


def test_names_carry_the_hash_of_the_content_and_a_second_run_writes_nothing(clone: Path) -> None:
    first = snapshot(clone)
    vendor = clone / "portal" / "static" / "vendor"
    files = json.loads((vendor / "manifest.json").read_text())["files"]
    assert {*FIRST_VISIT, *FONTS} <= set(files)
    for hashed in files.values():
        assert hashlib.sha256((vendor / hashed).read_bytes()).hexdigest()[:12] in hashed
    assert build(clone).returncode == 0
    assert snapshot(clone) == first


def test_a_changed_style_gets_a_new_name_and_the_old_file_is_still_served(clone: Path) -> None:
    before = snapshot(clone)
    with (clone / "portal" / "static" / "css" / "10-base.css").open("a") as css:
        css.write(".new { color: red; }\n")
    assert build(clone).returncode == 0
    after = snapshot(clone)
    styles = [name for name in after if re.fullmatch(r"css/app\.\w+\.css", name)]
    assert len(styles) == 2
    assert set(before) < set(after)


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("dev/assets/icons.txt", "no-such-icon", "no-such-icon"),
        ("dev/assets/components.txt", "no-such-component", "no-such-component"),
        ("dev/assets/components.txt", "switch", "--ams-switch-"),  # a component whose tokens have no value
    ],
)
def test_a_wrong_input_stops_the_build_by_name_and_leaves_the_old_one(
    clone: Path, file: str, line: str, complaint: str
) -> None:
    before = snapshot(clone)
    with (clone / file).open("a") as listing:
        listing.write(f"{line}\n")
    result = build(clone)
    assert result.returncode == 1
    assert complaint in result.stderr
    assert snapshot(clone) == before
    assert [path.name for path in (clone / "portal" / "static").iterdir() if path.name.startswith(".")] == []


def test_braces_stand_for_one_declaration_each() -> None:
    text = "--ams-{a,b}-{hover-,}color: red;\n.x { color: {}; }"
    assert build_assets.expand(text).splitlines() == [
        "--ams-a-hover-color: red;",
        "--ams-a-color: red;",
        "--ams-b-hover-color: red;",
        "--ams-b-color: red;",
        ".x { color: {}; }",
    ]


def test_the_font_has_the_letters_of_amsterdam() -> None:
    letters = set(build_assets.characters(build_assets.LATIN) + build_assets.characters(build_assets.LATIN_EXT))
    assert letters >= set("ÇĞİÖŞÜçğıöşüéëïóáàâêèîôûñåøæœłńśźżčšžđțșāīū’‘“”–—…€·")


def test_a_first_visit_stays_within_its_budget() -> None:
    sizes = {name: (assets.VENDOR / (assets.manifest()["files"][name] + ".gz")).stat().st_size for name in FIRST_VISIT}
    sizes |= {name: (assets.VENDOR / assets.manifest()["files"][name]).stat().st_size for name in FONTS}
    assert sum(sizes.values()) < BUDGET - 15_000, sizes


def test_each_text_has_its_compressed_copies() -> None:
    """The server picks by what a browser takes; one that lags behind its original would show an old page."""
    for name in ("css/app.css", "js/app.js", "js/htmx.js", "icons.svg"):
        path = assets.VENDOR / assets.manifest()["files"][name]
        zipped = path.with_name(path.name + ".gz")
        assert gzip.decompress(zipped.read_bytes()) == path.read_bytes(), name
        assert 0 < path.with_name(path.name + ".br").stat().st_size < zipped.stat().st_size, name


def test_nothing_that_is_served_asks_for_another_host() -> None:
    for path in assets.VENDOR.rglob("*"):
        if path.suffix in (".css", ".js", ".svg"):
            found = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", path.read_text()))
            assert found <= {"http://www.w3.org"}, path.name


def test_the_lock_file_holds_hashes_and_no_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
    assert "://" not in re.sub(r'"(funding|url)": .*', "", (ROOT / "package-lock.json").read_text())


def test_an_address_is_known_or_an_error() -> None:
    assert re.fullmatch(r"/static/vendor/css/app\.\w{12}\.css", assets.asset("css/app.css"))
    assert assets.asset("icons.svg#phone").endswith(".svg#phone")
    for wrong in ("css/none.css", "icons.svg#no-such-icon"):
        with pytest.raises(KeyError):
            assets.asset(wrong)
