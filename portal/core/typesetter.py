"""One PDF in a process of its own: ``python -I portal/core/typesetter.py``, JSON in, PDF out.

A program and not a function, so that a rendering that takes too long can be ended, and one that fails takes nothing
along. On failure it prints where in the templates it went wrong, never a word of what was to be printed.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import typst


def main() -> int:
    """Typeset what standard input describes (see `portal.core.pdf`); 0, or 1 with a place in a template."""
    asked: dict[str, Any] = json.load(sys.stdin)
    try:
        made = typst.compile(
            asked["template"],
            root=asked["root"],
            font_paths=asked["fonts"],
            ignore_system_fonts=True,
            sys_inputs={"data": asked["data"]},
            pdf_standards=["ua-1"],
            timestamp=asked["timestamp"],
            package_path=asked["root"],
            package_cache_path=asked["root"],
        )
    except typst.TypstError as error:
        places = re.findall(r"\w+\.typ:\d+:\d+", re.sub(r"\x1b\[[\d;]*m", "", error.diagnostic))
        sys.stderr.write(" ".join(places) or "no place given")
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
