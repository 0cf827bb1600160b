"""Words for talks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.talks.models import AgreementStatus, Occasion, TalkStatus

STATUS = {
    TalkStatus.PLANNED: _l("Gepland"),
    TalkStatus.OPEN: _l("Lijst is open"),
    TalkStatus.HELD: _l("Geweest"),
    TalkStatus.CANCELLED: _l("Gaat niet door"),
}
TONE = {
    TalkStatus.PLANNED: "info",
    TalkStatus.OPEN: "warning",
    TalkStatus.HELD: "neutral",
    TalkStatus.CANCELLED: "neutral",
}
OCCASION = {
    Occasion.REGULAR: _l("Gewoon caseloadgesprek"),
    Occasion.WORKLOAD: _l("De caseload is te groot of te klein"),
    Occasion.CHANGE: _l("Afwezigheid, vertrek of overdracht"),
}
AGREEMENT = {
    AgreementStatus.OPEN: _l("Open"),
    AgreementStatus.DONE: _l("Klaar"),
    AgreementStatus.DROPPED: _l("Vervallen"),
}
AGREEMENT_TONE = {
    AgreementStatus.OPEN: "info",
    AgreementStatus.DONE: "success",
    AgreementStatus.DROPPED: "neutral",
}
