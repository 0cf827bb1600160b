"""What is written in the cases of the demo: invented, in plain Dutch, without names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CaseTexts:
    """What is written in cases; invented, and without names."""

    reasons: tuple[str, ...]
    intakes: tuple[str, ...]
    endings: tuple[str, ...]
    youth: tuple[str, ...]
    guardians: tuple[str, ...]
    minutes: tuple[str, ...]
    decisions: tuple[str, ...]
    actions: tuple[str, ...]
    notes: Mapping[str, str]
    agreed: Mapping[str, str]
    answerers: Mapping[str, str]
    weighing: Mapping[str, str]


TEXTS = CaseTexts(
    reasons=(
        "School, leerplicht en jongerenwerk doen elk iets. Samen weten we niet wie wat doet; dat moet anders.",
        "Er spelen schulden, school en thuis tegelijk. Dat kan één medewerker niet alleen.",
        "De jongere vraagt zelf om één aanspreekpunt in plaats van vijf.",
    ),
    intakes=(
        "Te veel voor het stadsdeel: reclassering, schulden en geen school. Te licht voor de stedelijke aanpak.",
        "Hulp stopte bij achttien jaar. Niemand nam het over; er is wel toezicht nodig.",
    ),
    endings=(
        "De jongere werkt drie dagen per week. Schuldhulp blijft nog een jaar meekijken.",
        "School gaat goed. De mentor is nu het aanspreekpunt.",
    ),
    youth=(
        "Ik wil dat mensen met mij praten en niet over mij. School wil ik afmaken, maar niet elke dag gezeik.",
        "Ik wil geld verdienen op een normale manier. Sporten helpt mij om rustig te blijven.",
        "Ik wil dat het thuis rustig is. De rest komt dan wel.",
    ),
    guardians=(
        "Wij zijn blij dat er één persoon is die we kunnen bellen.",
        "Wij willen dat school eerder belt als het niet goed gaat.",
        "",
    ),
    minutes=(
        "De jongere was er zelf bij en vertelde wat goed gaat. School geeft meer ruimte in de ochtend.",
        "Het gaat beter met geld, minder met school. Daar letten we de komende weken op.",
    ),
    decisions=(
        "Het jongerenwerk blijft het eerste aanspreekpunt.",
        "School past het rooster aan tot de zomer.",
        "Over zes weken kijken we opnieuw, samen met de jongere.",
    ),
    actions=(
        "Mentor bellen over het rooster", "Samen naar de schuldhulp", "Aanmelden bij de boksschool",
        "Uitleg geven aan de ouders", "Stageplek zoeken", "Samen een cv maken",
    ),
    notes={
        "pause": "De jongere is twee maanden bij familie.",
        "propose_close": "De doelen zijn voor een groot deel gehaald.",
    },
    agreed={
        "Leerplicht": "Kijkt mee naar het rooster en belt niet los.",
        "Wijkagent": "Meldt wat opvalt bij de regie.",
        "Schuldhulp": "Maakt een overzicht van de schulden.",
        "Jeugdreclassering": "Houdt toezicht en stemt afspraken af.",
        "School": "Geeft elke maandag door hoe het gaat.",
    },
    answerers={"in_between": "Tafel tussenproblematiek", "city": "Actiecentrum Veiligheid en Zorg"},
    weighing={
        "interest": "Rust, een vaste begeleider en een plek op school.",
        "reasons": "Het stadsdeel deed wat het kon. Er is meer nodig: toezicht, schuldhulp en school aan één tafel.",
        "alternatives": "Gesprekken, sport en hulp bij school. Het hielp, maar niet genoeg.",
        "proportionality": "Alleen wie nodig is, zit aan tafel. De jongere weet wie dat zijn.",
    },
)  # fmt: skip
