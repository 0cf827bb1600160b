"""`python -m portal.audit verify`: for who has no portal, only an address and a root."""

from __future__ import annotations

from portal.audit.cli import audit

if __name__ == "__main__":
    audit(prog_name="python -m portal.audit")
