"""Forms of attachments."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.core.forms import FileField, Form, TextField


class AttachmentForm(Form):
    """One file."""

    file = FileField(
        _l("Bestand"),
        accept=".pdf,.docx,.xlsx,.txt",
        hint=_l("Pdf, docx, xlsx of txt, hoogstens 5 MB. Geen foto's van mensen."),
        missing=_l("Kies een bestand."),
    )


class HideForm(Form):
    """Why a file should not be opened any more."""

    reason = TextField(
        _l("Waarom verberg je deze bijlage?"),
        max_length=200,
        hint=_l("Bijvoorbeeld: hoort bij iemand anders. Noem geen namen."),
        missing=_l("Vul een reden in."),
    )
