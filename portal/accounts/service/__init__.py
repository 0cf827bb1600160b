"""What can be done with accounts. Use cases in modules; other features use `directory`."""

from __future__ import annotations
