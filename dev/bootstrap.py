"""Set up `.venv`, the front-end assets and the translations: ``python dev/bootstrap.py demo|dev``.

Standard library only, because nothing is installed yet. Runs again in a moment when nothing changed: a stamp in the
virtual environment holds the hash of what went in.
"""

import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "bootstrap.json"
LEVELS = ("demo", "dev")
OLDEST = (3, 11)


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(text, flush=True)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the set-up lock of this clone: two commands may be started at the same moment."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this folder")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(*command: str | Path) -> None:
    """Run a command in the project folder; raise SetupError when it fails. Stopped, it takes its children along."""
    process = subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        code = process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if code:
        raise SetupError(f"Set-up stopped: {Path(command[0]).name} {' '.join(str(p) for p in command[1:4])} failed.")


def digest(*paths: Path) -> str:
    """Return one hash over the names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def read_stamp() -> dict[str, str]:
    """Return what the stamp says; nothing when there is none or it cannot be read."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def write_stamp(**changes: str) -> None:
    """Record finished steps; a step that broke off leaves the old stamp."""
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(read_stamp() | changes, indent=1))
    fresh.replace(STAMP)


def make_venv() -> None:
    """Make a virtual environment, or a new one when this clone moved or its Python is gone."""
    wanted = {"root": str(ROOT), "python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    if {name: read_stamp().get(name) for name in wanted} == wanted and works(PYTHON):
        return
    say("Making a virtual environment in .venv")
    try:
        import ensurepip  # noqa: F401  (some systems ship Python without it)
    except ImportError as missing:
        raise SetupError("Python has no venv module here; install it (on Debian or Ubuntu: python3-venv).") from missing
    run(sys.executable, "-m", "venv", "--clear", VENV)
    write_stamp(**wanted)


def works(python: Path) -> bool:
    """Tell whether an interpreter still starts."""
    try:
        return subprocess.run([python, "-c", ""], check=False, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def install(level: str) -> None:
    """Install the locked packages, checked by hash. A clone that once had `dev` keeps it."""
    stamp = read_stamp()
    if stamp.get("level") == "dev":
        level = "dev"
    lock = ROOT / "requirements" / f"{level}.txt"
    uv = ROOT / "requirements" / "uv.txt"
    wanted = {"level": level, "packages": digest(lock, uv)}
    if {name: stamp.get(name) for name in wanted} == wanted:
        return
    say(f"Installing packages ({lock.name})")
    pip = (PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r")
    run(*pip, uv)
    try:
        run(PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON, "--compile-bytecode",
            "--require-hashes", "-r", lock)  # fmt: skip
    except SetupError:
        say("The fast installer did not manage; trying pip.")
        run(*pip, lock)
    write_stamp(**wanted)


def build_assets() -> None:
    """Build the front end; the script itself knows whether there is anything to do."""
    script = ROOT / "dev" / "build_assets.py"
    if script.exists():
        run(PYTHON, script)


def compile_translations() -> None:
    """Compile the message catalogues when one changed."""
    catalogues = sorted((ROOT / "portal" / "translations").glob("*/LC_MESSAGES/*.po"))
    if not catalogues:
        return
    compiled = all(path.with_suffix(".mo").exists() for path in catalogues)
    if compiled and read_stamp().get("translations") == digest(*catalogues):
        return
    say("Compiling translations")
    run(PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile", "-d", "portal/translations")
    for path in catalogues:
        if not path.with_suffix(".mo").exists():
            say(f"Not compiled, its header is incomplete: {path.relative_to(ROOT)}")
    write_stamp(translations=digest(*catalogues))


def main(level: str) -> int:
    """Set up for a level, `demo` or `dev`; return the exit code."""
    if sys.version_info < OLDEST:
        say("Python 3.11 or later is needed.")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ.pop("VIRTUAL_ENV", None)  # somebody's active environment is not ours
    os.environ.pop("PYTHONPATH", None)
    try:
        with one_at_a_time():
            make_venv()
            install(level)
            build_assets()
            compile_translations()
    except SetupError as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("Set-up stopped; run the command again to go on.")
        return 130
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in LEVELS:
        sys.exit("usage: python dev/bootstrap.py demo|dev")
    sys.exit(main(sys.argv[1]))
