"""Everyday sentences in plain Dutch for notes, follow-ups and requests. Nothing about police, health or origin."""

from __future__ import annotations

from random import Random

from portal.contacts.models import Channel, Result
from portal.privacy.sources import Source

_OPENINGS: dict[str, tuple[str, ...]] = {
    Channel.STREET: (
        "Op het plein gesproken, samen met twee vrienden.",
        "Tijdens de avondronde tegengekomen bij het voetbalveld.",
        "Bij de snackbar een praatje gemaakt.",
        "Samen een rondje door de buurt gelopen.",
        "Even stilgestaan bij de bankjes, het was rustig op straat.",
    ),
    Channel.YOUTH_CENTRE: (
        "In het jongerencentrum samen gegeten.",
        "Kwam binnenlopen bij de inloop en bleef een uur.",
        "Hielp mee met opruimen na de kookavond.",
        "Potje FIFA gespeeld en daarna gepraat.",
    ),
    Channel.HOME_VISIT: ("Thuis langs geweest, moeder was er ook bij.", "Thuis thee gedronken en rustig gepraat."),
    Channel.SCHOOL: (
        "Op school gesproken in de pauze.",
        "Gesprek op school samen met de mentor.",
        "Na de les even langs geweest.",
    ),
    Channel.PHONE: ("Gebeld om te horen hoe het gaat.", "Kort aan de telefoon gesproken.", "Belde zelf terug."),
    Channel.CHAT: ("Via de app contact gehad.", "Appte dat het goed gaat.", "Berichtje gestuurd en meteen antwoord."),
    Channel.SPORT: ("Bij de training gekeken en na afloop gepraat.", "Samen gebokst in de sportschool."),
    Channel.HOMEBASE: ("Op de homebase afgesproken.", "Zat al te wachten op de homebase."),
    Channel.MEETING: ("Afspraak gehad zoals gepland.", "Rustig gezeten en alles op een rij gezet."),
}

_MIDDLES = (
    "Het gaat beter op school dan vorige maand.",
    "Zoekt een bijbaan, het liefst in een winkel.",
    "Wil graag een rijbewijs halen en spaart daarvoor.",
    "Slaapt slecht omdat het thuis druk is.",
    "Heeft een stageplek gevonden en begint na de vakantie.",
    "Is trots op het laatste cijfer voor wiskunde.",
    "Vindt het lastig om op tijd te komen.",
    "Wil meedoen met de zaaltraining op woensdag.",
    "Heeft ruzie gehad met een vriend en wil dat uitpraten.",
    "Vertelde dat het met geld krap is deze maand.",
    "Heeft zin in het project met de muziekstudio.",
    "Twijfelt over de opleiding en wil eens rondkijken bij een andere.",
    "Past veel op thuis en heeft weinig tijd voor zichzelf.",
    "Is al drie weken elke dag naar school gegaan.",
    "Vraagt hulp bij het maken van een cv.",
    "Had een goed gesprek met de stagebegeleider.",
    "Wil weten wat er nodig is om zich in te schrijven.",
    "Praat makkelijker dan de vorige keer.",
    "Maakt zich zorgen over een brief die moeilijk te lezen is.",
    "Komt graag naar de kookgroep en neemt een vriend mee.",
    "Is begonnen bij de bakker en staat vroeg op.",
    "Mist de voetbalclub sinds de verhuizing.",
)

_ENDINGS = (
    "Afgesproken dat we volgende week verder praten.",
    "Ik zoek uit wat er kan en laat het weten.",
    "We kijken samen naar de inschrijving.",
    "Ik bel de mentor om dit door te geven.",
    "Voor nu is er geen hulp nodig.",
    "De papieren gaan mee naar de volgende afspraak.",
    "Ik ga mee naar het eerste gesprek.",
    "We gaan samen langs bij het uitzendbureau.",
    "",
    "",
)

_MISSED: dict[str, tuple[str, ...]] = {
    Result.NOT_REACHED: (
        "Niet gezien en de telefoon stond uit. Later deze week nog eens.",
        "Geen reactie. Berichtje achtergelaten.",
        "Niet getroffen. Volgende keer op een ander tijdstip.",
    ),
    Result.NO_SHOW: ("Kwam niet op de afspraak. Appte dat het vergeten was.", "Kwam niet, nieuwe dag voorgesteld."),
    Result.DECLINED: ("Had nu geen zin om te praten. Dat is goed, ik kom later terug.",),
    Result.RESCHEDULED: ("Afspraak verzet omdat er een toets tussen kwam.", "Verzet naar volgende week, moest werken."),
    Result.THIRD_PARTY: ("Moeder gesproken. Het gaat goed thuis.", "Mentor gesproken over de aanwezigheid op school."),
    Result.SEEN_ONLY: ("Alleen even gezien, was met vrienden.",),
}  # fmt: skip

FOLLOW_UPS = (
    "Bellen over stageplek", "Vragen hoe de intake was", "Langsgaan bij school", "Cv samen afmaken",
    "Mee naar inschrijving", "Kijken of het lukt met opstaan", "Terugbellen", "Afspraak maken met mentor",
    "Samen naar uitzendbureau", "Vragen naar de nieuwe baan", "Brief doornemen", "Bijpraten op het plein",
    "Meegaan naar eerste training", "Moeder bellen over de afspraak", "Rooster bekijken",
    "Vragen hoe de toetsweek ging",
)  # fmt: skip

#: What a worker promised to do.
PROMISES = (
    "Uitzoeken of er plek is bij de boksschool", "School vragen of het rooster anders kan", "Het formulier printen",
    "Mee naar het stadsloket", "Vragen wanneer de cursus begint", "De stagebegeleider mailen",
    "Een fiets regelen om naar stage te gaan", "Uitzoeken wie helpt met schulden", "Het cv nakijken en terugsturen",
    "Vragen of de afspraak later kan", "Kaartjes voor de open dag regelen", "De mentor bellen over het gesprek",
)  # fmt: skip

#: What somebody else told the worker.
TOLD = {
    Source.SCHOOL: "De mentor belde: de laatste twee weken weer op tijd. Afgesproken dat ik dat ook zelf zeg.",
    Source.CARE: "Van de hulpverlener gehoord dat het eerste gesprek goed ging. Meer hoef ik niet te weten.",
    Source.POLICE: "De wijkagent zag de ruzie op het plein. Het was al voorbij, en niemand hoeft er iets mee.",
}

FIRST_MEETING = "Eerste kennismaking. Verteld wie ik ben en wat ik kan doen. Vond het goed dat ik vaker langskom."

#: Where a contact takes place, by channel: kinds of places, never an address. Elsewhere it is left empty.
PLACES: dict[str, tuple[str, ...]] = {
    Channel.STREET: ("Voetbalkooi", "Plein", "Winkelcentrum", "Park", "Metrostation", "Snackbar", "Speeltuin"),
    Channel.YOUTH_CENTRE: ("Jongerencentrum", "Inloop", "Buurthuis"),
    Channel.SCHOOL: ("School",),
    Channel.SPORT: ("Sporthal", "Sportpark", "Boksschool"),
    Channel.MEETING: ("Stadsloket", "Bibliotheek"),
}

REQUESTS = (
    "Wil praten met iemand die zelf een andere weg koos. Zoekt steun bij school en werk.",
    "Vraagt om iemand die meegaat naar sollicitaties en eerlijk zegt hoe het overkomt.",
    "Heeft moeite met plannen en wil een vast iemand die meedenkt, liefst uit de eigen buurt.",
    "Wil leren nee zeggen tegen vrienden en zoekt een voorbeeld daarin.",
    "Wil weer gaan sporten en dat samen met iemand opbouwen.",
    "Wil hulp bij geld en bij het kiezen van een opleiding.",
    "Zoekt iemand om mee te praten die niet van een instantie is.",
)

MOTIVATIONS = (
    "Kent de buurt goed en heeft dezelfde hobby.",
    "Heeft ruimte en klikte bij de kennismaking.",
    "Heeft ervaring met begeleiding bij werk en school.",
    "Woont dichtbij en kan ook in de avond.",
)
DECLINED_BY = (
    "Ik heb deze maand te weinig tijd.",
    "Ik ken de familie, dat is niet handig.",
    "Andere messenger past beter.",
)
REJECTED_BECAUSE = ("Jongere wil het nu toch niet.", "Er loopt al genoeg hulp. Over een tijd opnieuw bekijken.")
CM_NOTES = (
    "Samen gegeten en gepraat over de week.", "Meegegaan naar een open dag.", "Gesport en daarna het plan besproken.",
    "Gebeld, het gaat goed op het werk.", "Gewandeld en gepraat over vrienden en keuzes.",
    "Geholpen met een formulier. Volgende week weer.",
)  # fmt: skip


def note_for(chance: Random, channel: str, result: str) -> str:
    """A note that fits how the contact went; sometimes none, as in life."""
    if result in _MISSED:
        return chance.choice(_MISSED[result])
    if chance.random() < 0.12:
        return ""
    parts = [chance.choice(_OPENINGS[channel]), *chance.sample(_MIDDLES, chance.choice((1, 1, 2)))]
    return " ".join([*parts, chance.choice(_ENDINGS)]).strip()


#: Why a contact was corrected afterwards.
CORRECTIONS = (
    "Ik had de verkeerde keuze aangetikt, het ging die dag ergens anders over.",
    "Een afspraak was ik vergeten op te schrijven, die hoort erbij.",
)

APPOINTMENTS = (
    "Sollicitatiebrief schrijven",
    "Samen naar de open dag",
    "Praten over school",
    "Geldzaken op een rij zetten",
    "Kennismaken met de sportvereniging",
    "Hoe gaat het thuis en op straat?",
    "Stageplek bespreken",
    "DigiD aanvragen",
)

MEETINGS = ("Teamoverleg", "Overleg met school", "Overleg met de buurtvereniging")

MEETING_PLACES = ("Jongerencentrum", "Buurthuis", "Bibliotheek", "Stadsloket", "Sportpark", "")

#: Why somebody is in view, part by part, the young person's interest first. Facts somebody saw, no names.
VIEW_REASONS: tuple[dict[str, str], ...] = (
    {
        "best_interest": "Wil een diploma halen en weer gaan voetballen. Heeft iemand nodig die meedenkt over geld.",
        "concern": "Wordt op het plein vaak aangesproken door oudere jongens die klusjes aanbieden.",
        "facts": "Drie keer gezien dat de jongere een tas aannam en later weer afgaf. Daarna was er een dure jas.",
        "fact_source": "Jongerenwerk, zelf gezien op straat.",
        "expected": "Een bijbaan en weer drie dagen per week op school, binnen een half jaar.",
        "proportionality": "Alleen een vaste begeleider en een gesprek met school. Geen maatregel.",
        "alternatives": "Twee gesprekken op school en een belofte over een bijbaan. Dat hielp maar kort.",
    },
    {
        "best_interest": "Wil rust thuis en een eigen plek om huiswerk te maken.",
        "concern": "Is vaak laat buiten en komt daardoor niet op school.",
        "facts": "Tien uur verzuim in een maand. Op vier avonden na elf uur nog bij het metrostation.",
        "fact_source": "School en jongerenwerk.",
        "expected": "Weer op tijd op school en twee avonden per week in het jongerencentrum.",
        "proportionality": "We spreken af met de jongere zelf en met thuis, meer niet.",
        "alternatives": "De mentor belde met thuis. De jongere kwam daarna een week op tijd.",
    },
    {
        "best_interest": "Wil laten zien wat er in zit. Muziek maken helpt om niet boos te worden.",
        "concern": "Ruzies in een groepsapp lopen uit op vechten na school.",
        "facts": "Twee vechtpartijen bij de tramhalte. De jongere hield de tweede keer iemand tegen.",
        "fact_source": "Conciërge van de school en jongerenwerk.",
        "expected": "Geen ruzie meer na school, en elke week naar de studio.",
        "proportionality": "Een begeleider die de jongere kent. Er gaat niets naar anderen zonder het te zeggen.",
        "alternatives": "Een gesprek met de hele groep. Dat hielp bij de anderen, hier niet genoeg.",
    },
)
VIEW_VOICES = (
    "Ik vind het goed dat iemand met me meedenkt, maar ik wil niet dat iedereen het weet.",
    "Het gaat beter. Ik heb nu een bijbaan en ik ben minder op straat.",
    "Ik snap niet waarom ik hierbij hoor. Ik doe gewoon mijn ding.",
    "Doe maar nog even, mijn begeleider helpt me echt.",
    "Ik wil dat mijn moeder niet bij elk gesprek zit.",
)
