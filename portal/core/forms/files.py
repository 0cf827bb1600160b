"""The field for one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import request

from portal.core.forms.base import BaseField, MacroWidget


class FileField(BaseField):
    """One file; the data is what was uploaded (werkzeug's FileStorage), None when nothing was chosen.

    What it holds is not looked at here: that is the service's.
    """

    widget = MacroWidget("file")

    def __init__(
        self, label: Any = "", validators: Sequence[Callable[..., None]] = (), *, accept: str = "", **kwargs: Any
    ) -> None:
        """``accept``: endings the chooser offers, with commas between."""
        self.accept = accept
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the file beside the form."""
        given = request.files.get(self.name) if request.method == "POST" else None
        self.data = given if given and given.filename else None
