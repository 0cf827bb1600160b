"""Make the lock files of requirements/ from pyproject.toml: ``python -m dev.lock [--upgrade]``.

One resolution for every supported platform and Python, with hashes and without the address of any registry.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = (
    "--universal", "--generate-hashes", "--no-emit-index-url", "--quiet", "--python-version", "3.11",
    "--custom-compile-command", "make lock",
)  # fmt: skip


def compile_lock(target: str, source: str, *options: str) -> None:
    """Resolve one source file into requirements/<target>.txt."""
    command = [sys.executable, "-m", "uv", "pip", "compile", source, *OPTIONS, *options]
    subprocess.run([*command, "-o", f"requirements/{target}.txt"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main(options: list[str]) -> int:
    """Make all four locks; the smaller ones follow the versions of the largest."""
    follow = ("-c", "requirements/dev.txt")
    try:
        compile_lock("dev", "pyproject.toml", "--all-extras", *options)
        compile_lock("demo", "pyproject.toml", "--extra", "demo", *follow)
        compile_lock("runtime", "pyproject.toml", *follow)
        compile_lock("uv", "requirements/uv.in", *options)
    except subprocess.CalledProcessError as failure:
        return failure.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
