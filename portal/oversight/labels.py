"""Words for the questions that the access log raises."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.oversight.models import Outcome, QuestionKind

KIND = {
    QuestionKind.OUTSIDE_CASELOAD: _l("Buiten de eigen caseload"),
    QuestionKind.NIGHT: _l("In de nacht"),
    QuestionKind.MANY: _l("Veel dossiers achter elkaar"),
    QuestionKind.DECLARED_RELATION: _l("Kent deze jongere privé"),
    QuestionKind.MANY_TALKS: _l("Vaak dezelfde lijst open"),
}

#: What to ask the colleague.
ASK = {
    QuestionKind.OUTSIDE_CASELOAD: _l(
        "Deze collega opende een dossier, of wilde dat doen, zonder dat de jongere in de eigen caseload zat. Waarom?"
    ),
    QuestionKind.NIGHT: _l("Deze collega bekeek dossiers tussen 23.00 en 06.00 uur. Hoorde dat bij het werk?"),
    QuestionKind.MANY: _l("Deze collega opende in één uur veel dossiers. Waar was dat voor nodig?"),
    QuestionKind.DECLARED_RELATION: _l(
        "Deze collega heeft zelf gemeld deze jongere privé te kennen, en keek of schreef toch in het dossier. Waarom?"
    ),
    QuestionKind.MANY_TALKS: _l(
        "Deze collega opende in één week meer dan twee keer de lijst van dezelfde medewerker. Waar was dat voor nodig?"
    ),
}

OUTCOME = {
    Outcome.EXPLAINED: _l("Hoorde bij het werk"),
    Outcome.DISCUSSED: _l("Besproken, gaat voortaan anders"),
    Outcome.REPORTED: _l("Gemeld als mogelijk datalek"),
}
TONE = {Outcome.EXPLAINED: "success", Outcome.DISCUSSED: "info", Outcome.REPORTED: "danger"}
