"""Words of programmes."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.privacy.contexts import Context
from portal.programmes.models import (
    Disclosure,
    DisclosureBasis,
    DisclosureStatus,
    EndReason,
    Enrolment,
    EnrolmentStatus,
    EvidenceStatus,
    Goal,
    PmgLine,
    ProgrammeLine,
    ThemeLine,
)
from portal.programmes.workflow import Event, Verdict

THEME_LINE = {
    ThemeLine.MONEY: _l("Geld"),
    ThemeLine.VIOLENCE: _l("Geweld"),
    ThemeLine.NEIGHBOURHOODS: _l("Wijken"),
}

GOAL = {
    Goal.FEWER_ENTRANTS: _l("Minder jonge aanwas"),
    Goal.BREAK_CAREERS: _l("Criminele carrières doorbreken"),
}

EVIDENCE = {
    EvidenceStatus.EVIDENCE_BASED: _l("Bewezen dat het werkt"),
    EvidenceStatus.EVIDENCE_INFORMED: _l("Gebaseerd op wat bekend is"),
    EvidenceStatus.PROMISING: _l("Veelbelovend"),
    EvidenceStatus.NONE: _l("Nog niet onderzocht"),
}

#: Kind of the badge.
EVIDENCE_TONE = {
    EvidenceStatus.EVIDENCE_BASED: "success",
    EvidenceStatus.EVIDENCE_INFORMED: "info",
    EvidenceStatus.PROMISING: "info",
    EvidenceStatus.NONE: "neutral",
}

PMG_LINE = {
    PmgLine.PREVENTION_PERSPECTIVE: _l("Preventie en perspectief"),
    PmgLine.BREAK_CAREERS: _l("Criminele carrières doorbreken"),
    PmgLine.CONTEXTUAL_NETWORKS: _l("Criminele netwerken in buurten"),
}

ENROLS_IN = {
    Context.JV_DISTRICT: _l("Jeugd & Veiligheid: de regisseur beslist wie meedoet"),
    Context.VOLUNTARY_GUIDANCE: _l("Vrijwillig: de jongere zegt zelf ja"),
}

#: The same of an enrolment, where a group may be in as well.
ENTERS = ENROLS_IN | {Context.GROUP_APPROACH: _l("Een groep: de regisseur beslist")}

#: Of an enrolment.
STATUS = {
    EnrolmentStatus.PROPOSED: _l("Voorgesteld"),
    EnrolmentStatus.ENROLLED: _l("Doet mee"),
    EnrolmentStatus.ENDED: _l("Gestopt"),
    EnrolmentStatus.DECLINED: _l("Gaat niet door"),
}
TONE = {
    EnrolmentStatus.PROPOSED: "warning",
    EnrolmentStatus.ENROLLED: "success",
    EnrolmentStatus.ENDED: "neutral",
    EnrolmentStatus.DECLINED: "neutral",
}

END_REASON = {
    EndReason.GOALS_REACHED: _l("Het doel is bereikt"),
    EndReason.OWN_WISH: _l("De jongere wil niet verder"),
    EndReason.OTHER_HELP: _l("Andere hulp neemt het over"),
    EndReason.MOVED: _l("De jongere is verhuisd"),
    EndReason.NOT_FITTING: _l("Het past toch niet"),
    EndReason.OTHER: _l("Een andere reden"),
    EndReason.PERIOD_OVER: _l("De periode is voorbij"),
}

BASIS = {
    DisclosureBasis.AGREED: _l("De jongere vindt het goed"),
    DisclosureBasis.PUBLIC_TASK: _l("Nodig voor onze taak van algemeen belang"),
    DisclosureBasis.COVENANT: _l("Zo staat het in het convenant"),
}

#: Where it is told, by the context it comes from.
TOLD_IN = {
    Context.JV_DISTRICT: _l("vrijwillige begeleiding"),
    Context.VOLUNTARY_GUIDANCE: _l("Jeugd & Veiligheid"),
}
#: From where to where, in a list; other contexts say their own name.
FROM_OR_TO = {
    Context.JV_DISTRICT: _l("Jeugd & Veiligheid"),
    Context.VOLUNTARY_GUIDANCE: _l("Vrijwillige begeleiding"),
    Context.GROUP_APPROACH: _l("Jeugdgroepenaanpak"),
    Context.ACVZ_REFERRAL: _l("Toeleiding AcVZ"),
    Context.PUBLIC_ORDER_MEASURE: _l("Openbare-ordemaatregel"),
}

#: Of a disclosure.
TOLD = {
    DisclosureStatus.PROPOSED: _l("Wacht op goedkeuring"),
    DisclosureStatus.APPROVED: _l("Gedeeld"),
    DisclosureStatus.REFUSED: _l("Niet goedgekeurd"),
}
TOLD_TONE = {
    DisclosureStatus.PROPOSED: "warning",
    DisclosureStatus.APPROVED: "success",
    DisclosureStatus.REFUSED: "neutral",
}
VERDICT = {Verdict.APPROVE: _l("Ja, dit mag gedeeld worden"), Verdict.REFUSE: _l("Nee")}

#: What a button says.
EVENT = {
    Event.ACCEPT: _l("Toelaten"),
    Event.AGREE: _l("De jongere doet mee"),
    Event.DECLINE: _l("Niet toelaten"),
    Event.WITHDRAW: _l("Voorstel intrekken"),
    Event.EXTEND: _l("Verlengen"),
    Event.END: _l("Stoppen"),
}
#: What the history says.
HAPPENED = {
    Event.PROPOSE: _l("Voorgesteld"),
    Event.ACCEPT: _l("Toegelaten"),
    Event.AGREE: _l("De jongere zei ja"),
    Event.DECLINE: _l("Niet toegelaten"),
    Event.WITHDRAW: _l("Voorstel ingetrokken"),
    Event.EXTEND: _l("Verlengd"),
    Event.END: _l("Gestopt"),
    Event.LAPSE: _l("Vanzelf gestopt: de periode is voorbij"),
}
ICON = {
    Event.PROPOSE: "clipboard-list",
    Event.ACCEPT: "check",
    Event.AGREE: "thumbs-up",
    Event.DECLINE: "circle-x",
    Event.WITHDRAW: "undo-2",
    Event.EXTEND: "calendar-clock",
    Event.END: "circle-check",
    Event.LAPSE: "hourglass",
}
#: In how many programmes.
CLASSES = (_l("In geen programma"), _l("In één programma"), _l("In twee programma's"), _l("In drie of meer"))


def line_choices(lines: Sequence[ProgrammeLine]) -> list[tuple[str, str]]:
    """The lines to choose from, each with its programme in front."""
    return [(str(line.id), f"{line.programme.name}: {line.name}") for line in lines]


def outcome(enrolment: Enrolment) -> str:
    """What a worker reads after proposing."""
    if enrolment.status == EnrolmentStatus.ENROLLED:
        return str(_("De jongere is ingeschreven."))
    if enrolment.disclosure_id is not None:
        return str(_("Eerst keurt een ander goed dat je dit deelt. Daarna kan het voorstel verder."))
    return str(_("Het voorstel ligt bij de regisseur."))


def judged(disclosure: Disclosure) -> str:
    """What somebody reads after judging."""
    if disclosure.status == DisclosureStatus.APPROVED:
        return str(_("Goedgekeurd. Het is nu gedeeld."))
    return str(_("Niet goedgekeurd. Wie het vroeg, krijgt bericht."))
