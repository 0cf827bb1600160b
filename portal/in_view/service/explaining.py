"""The page for the young person and a parent, and the letters: why, who, until when, how to object; in plain words.

The words follow the language asked for; what people wrote stays as they wrote it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Team
from portal.core import clock, db
from portal.core.errors import Forbidden
from portal.core.i18n import N_
from portal.core.letters import translated
from portal.in_view.models import InViewLetter, LetterKind, Side, ViewEndReason, ViewStatus
from portal.in_view.service.finding import Seen, log, reviews, statements
from portal.in_view.service.sending import TEAM
from portal.people import service as people
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.models import Action

Words = Callable[[str], str]


@dataclass(frozen=True)
class Block:
    """One question with its answer: paragraphs, lines that stand below each other, and paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]
    lines: tuple[str, ...] = ()
    after: tuple[str, ...] = ()  # what is said below the lines


@dataclass(frozen=True)
class Explained:
    """Everything the page says, in one language."""

    lang: str
    title: str
    intro: str
    blocks: tuple[Block, ...]
    organisation: str
    number: str
    on: date


def explain(actor: Actor, found: Seen, lang: str, *, on_paper: bool = False) -> Explained:
    """What the young person and a parent may read of a view; logged, on paper as an export.

    Raises Forbidden for who is not responsible for this young person.
    """
    if not found.parties & TEAM or found.view.person is None:
        raise Forbidden
    log(actor, Action.EXPORT if on_paper else Action.READ, [found], fields=("explanation",))
    say = translated(lang)
    wanted = select(Team).where(Team.id == found.view.team_id).options(joinedload(Team.organisation))
    team = db.session.scalars(wanted).one()
    person = found.view.person
    return Explained(
        lang=lang,
        title=say(N_("Uitleg voor %(name)s")) % {"name": person.first_name},
        intro=say(
            N_("Jij bent in beeld bij Jeugd & Veiligheid. Hier lees je wat dat is, waarom, en wat jij kunt doen.")
        ),
        blocks=tuple(_blocks(say, lang, found, team, person)),
        organisation=team.organisation.name,
        number=found.view.number,
        on=clock.today(),
    )


def _blocks(say: Words, lang: str, found: Seen, team: Team, person: Person) -> list[Block]:
    return [
        _what(say),
        _why(say, found),
        _who_decided(say, lang, found),
        _how_much(say, found),
        _who_sees(say, team, person),
        _until_when(say, lang, found),
        _disagree(say, found, team),
        _own_words(say, lang, found),
        _rights(say),
    ]


def _what(say: Words) -> Block:
    return Block(
        say(N_("Wat is in beeld zijn?")),
        (
            say(N_("Iemand van het stadsdeel let een half jaar met je op, en helpt je.")),
            say(N_("Het is geen straf. Het staat niet op een strafblad, en je hoeft niets te doen wat je niet wilt.")),
        ),
    )


def _why(say: Words, found: Seen) -> Block:
    view = found.view
    return Block(
        say(N_("Waarom jij?")),
        (
            say(N_("Wij willen dat het goed met je gaat. Dit is wat wij denken dat jij nodig hebt:")),
            view.best_interest,
            say(N_("Dit is onze zorg:")),
            view.concern,
            say(N_("Dit is gezien of gehoord:")),
            view.facts,
            say(N_("Dat weten wij van: %(source)s")) % {"source": view.fact_source},
            say(N_("Niemand kreeg een cijfer of een plek op een lijst. Een computer koos jou niet uit.")),
        ),
    )


def _who_decided(say: Words, lang: str, found: Seen) -> Block:
    view = found.view
    proposed = say(N_("%(name)s stelde het voor op %(day)s.")) % {
        "name": found.proposer, "day": _day(view.proposed_on, lang),
    }  # fmt: skip
    if view.registered_on is None:
        return Block(say(N_("Wie besloot dit?")), (proposed, say(N_("Er is nog niet besloten."))))
    decided = say(N_("%(name)s besloot het op %(day)s. Dat is altijd iemand anders.")) % {
        "name": found.decider, "day": _day(view.registered_on, lang),
    }  # fmt: skip
    return Block(say(N_("Wie besloot dit?")), (proposed, decided))


def _how_much(say: Words, found: Seen) -> Block:
    view = found.view
    return Block(
        say(N_("Wat gaan we doen, en waarom niet minder?")),
        (
            say(N_("Dit verwachten wij:")),
            view.expected,
            say(N_("Eerst is dit geprobeerd:")),
            view.alternatives,
            say(N_("Daarom is dit niet te veel:")),
            view.proportionality,
        ),
    )


def _who_sees(say: Words, team: Team, person: Person) -> Block:
    named = [worker.name for worker in people.workers([person.id])[person.id]]
    lines = [say(N_("%(name)s, jouw begeleider")) % {"name": name} for name in named]
    lines += [
        say(N_("De regisseurs van %(team)s")) % {"team": team.name},
        say(N_("Wie invalt als jouw begeleider er niet is")),
        say(N_("De privacy officer, als jij bezwaar maakt; zonder je naam")),
    ]
    last = say(N_("Elke keer dat iemand kijkt, wordt dat opgeschreven. Jij mag vragen wie er keek."))
    others = say(N_("De politie, school of je werkgever ziet dit niet vanzelf. Delen mag alleen met een reden."))
    return Block(say(N_("Wie ziet dit?")), (say(N_("Alleen deze mensen:")),), tuple(lines), (others, last))


def _until_when(say: Words, lang: str, found: Seen) -> Block:
    view = found.view
    if view.next_review_on is None:
        return Block(say(N_("Tot wanneer?")), (say(N_("Een half jaar, vanaf de dag van het besluit.")),))
    return Block(
        say(N_("Tot wanneer?")),
        (
            say(N_("Op %(day)s kijken we opnieuw, samen met jou. Jij zegt dan wat jij ervan vindt."))
            % {"day": _day(view.next_review_on, lang)},
            say(N_("Doen wij dat niet op tijd? Dan mogen we niet verder, tot er alsnog is gekeken of gestopt.")),
            say(N_("Drie jaar nadat het stopt, wordt alles vernietigd.")),
        ),
    )


def _disagree(say: Words, found: Seen, team: Team) -> Block:
    return Block(
        say(N_("Ben je het er niet mee eens?")),
        (say(N_("Dan kun je bezwaar maken. Zeg het tegen je begeleider, of schrijf naar:")),),
        (team.organisation.name, f"{say(N_('Regisseur Jeugd & Veiligheid'))}, {found.stadsdeel}", found.view.number),
        (
            say(N_("Iemand anders beslist dan, binnen een maand. Tot die tijd staat alles stil.")),
            say(N_("Krijg je gelijk? Dan gaan je gegevens meteen weg.")),
            say(N_("Krijg je geen gelijk? Dan kun je naar de Autoriteit Persoonsgegevens of naar de rechter.")),
        ),
    )


def _own_words(say: Words, lang: str, found: Seen) -> Block:
    said = [
        f"{_day(one.said_on, lang)}, {say(WHO[Side(one.side)])}: “{one.body}”" for one in statements(found) if one.body
    ]
    said += [
        f"{_day(one.held_on, lang)}, {say(WHO[side])}: “{body}”"
        for one in reviews(found)
        for side, body in ((Side.YOUTH, one.youth_voice), (Side.GUARDIAN, one.guardian_voice))
        if body
    ]
    asked = say(N_("Wil je er iets bij zeggen? Wat jij zegt, komt er in jouw eigen woorden bij te staan."))
    return Block(say(N_("In jouw eigen woorden")), (asked,), tuple(said))


WHO = {Side.YOUTH: N_("jij"), Side.GUARDIAN: N_("je ouder of verzorger")}


def _rights(say: Words) -> Block:
    return Block(
        say(N_("Wat mag jij?")),
        (),
        (
            say(N_("Alles lezen wat over jou is opgeschreven")),
            say(N_("Laten verbeteren wat niet klopt")),
            say(N_("Iemand meenemen naar een gesprek")),
            say(N_("Uitleg vragen in een andere taal of in gewone woorden")),
        ),
    )


def _day(day: date, lang: str) -> str:
    return format_date(day, "d MMMM y", lang)


def as_report(explained: Explained) -> dict[str, Any]:
    """The page as data for templates/pdf/report.typ."""
    return {
        "organisation": explained.organisation,
        "title": explained.title,
        "intro": [explained.intro],
        "facts": [],
        "date": explained.on,
        "sections": [{"heading": block.heading, "body": _body(block)} for block in explained.blocks],
        "footer": explained.number,
    }


def _body(block: Block) -> list[Any]:
    return [*block.paragraphs, *([{"list": list(block.lines)}] if block.lines else []), *block.after]


def as_letter(actor: Actor, found: Seen, letter: InViewLetter, lang: str) -> dict[str, Any]:
    """A letter as data for templates/pdf/letter.typ; logged as an export. Raises Forbidden as `explain`."""
    if found.view.stripped_at is not None:
        return _unnamed_letter(actor, found, letter, lang)
    explained = explain(actor, found, lang, on_paper=True)
    say, person = translated(lang), found.view.person
    assert person is not None
    about = LetterKind(letter.kind)
    youth = letter.side == Side.YOUTH
    parent = say(N_("de ouder of verzorger van %(name)s")) % {"name": person.display_name}
    body: list[Any] = [explained.intro] if about is LetterKind.INFORMATION else [_over(say, lang, found)]
    if about is LetterKind.INFORMATION:
        for block in explained.blocks:
            body += [{"heading": block.heading}, *_body(block)]
    greeting = person.first_name if youth else say(N_("ouder of verzorger"))
    return {
        "organisation": explained.organisation,
        "sender": [say(N_("Regisseur Jeugd & Veiligheid")), found.stadsdeel],
        "address": [person.display_name if youth else parent[:1].upper() + parent[1:]],
        "reference": explained.number,
        "date": explained.on,
        "subject": say(SUBJECT[about]),
        "salutation": say(N_("Beste %(name)s,")) % {"name": greeting},
        "body": body,
        "closing": say(N_("Met vriendelijke groet,")),
        "signature": [actor.name],
    }


def _unnamed_letter(actor: Actor, found: Seen, letter: InViewLetter, lang: str) -> dict[str, Any]:
    """That everything was wiped: whose it was is gone, so it goes to the number the first letter gave."""
    if not found.parties & TEAM:
        raise Forbidden
    log(actor, Action.EXPORT, [found], fields=("letter",))
    say, view = translated(lang), found.view
    team = db.session.scalars(select(Team).where(Team.id == view.team_id).options(joinedload(Team.organisation))).one()
    upheld = view.end_reason == ViewEndReason.OBJECTION_UPHELD
    return {
        "organisation": team.organisation.name,
        "sender": [say(N_("Regisseur Jeugd & Veiligheid")), found.stadsdeel],
        "address": [say(TO_NUMBER[Side(letter.side)]) % {"number": view.number}],
        "reference": view.number,
        "date": clock.today(),
        "subject": say(N_("Het bezwaar is gegrond") if upheld else SUBJECT[LetterKind.ENDING]),
        "salutation": say(N_("Hallo,")),
        "body": _wiped(say, lang, found, upheld=upheld),
        "closing": say(N_("Met vriendelijke groet,")),
        "signature": [actor.name],
    }


TO_NUMBER = {
    Side.YOUTH: N_("De jongere met nummer %(number)s"),
    Side.GUARDIAN: N_("De ouder of verzorger van de jongere met nummer %(number)s"),
}


def _wiped(say: Words, lang: str, found: Seen, *, upheld: bool) -> list[str]:
    ended_on = found.view.ended_on
    assert ended_on is not None
    wiped = say(N_("Vanaf %(day)s is het voorbij. Alles wat wij schreven is gewist, ook wat in een casus stond."))
    return [
        say(N_("Het bezwaar tegen in beeld zijn klopt.") if upheld else N_("In beeld zijn was ten onrechte.")),
        wiped % {"day": _day(ended_on, lang)},
        say(N_("Wij bewaren alleen dat er een besluit was, zonder naam. Daarom staat er geen naam in deze brief.")),
        say(N_("Is er een vraag? Stel die aan wie deze brief gaf.")),
    ]


SUBJECT = {
    LetterKind.INFORMATION: N_("Je bent in beeld bij Jeugd & Veiligheid"),
    LetterKind.ENDING: N_("Je bent niet meer in beeld bij Jeugd & Veiligheid"),
}


def _over(say: Words, lang: str, found: Seen) -> str:
    view = found.view
    if view.status != ViewStatus.ENDED or view.ended_on is None:
        raise Forbidden
    kept = say(N_("Drie jaar nadat het stopt, wordt alles vernietigd."))
    ended = say(N_("Vanaf %(day)s ben je niet meer in beeld. Wij schrijven niets nieuws over je op."))
    again = say(N_("Opnieuw in beeld komen kan alleen met een nieuw besluit. Dan krijg je weer een brief."))
    return "\n\n".join((ended % {"day": _day(view.ended_on, lang)}, kept, again))
