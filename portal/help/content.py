"""The words of the help page: what each role does here. B1 Dutch; every link opens for who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.i18n import N_
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role


@dataclass(frozen=True)
class Topic:
    """One thing to know; `endpoint` is the page where it is done."""

    title: str  # Dutch msgid
    text: str  # Dutch msgid
    endpoint: str = ""


@dataclass(frozen=True)
class Guide:
    """What one role does here."""

    role: Role
    intro: str  # Dutch msgid
    topics: Sequence[Topic]


EMERGENCY = Topic(
    N_("Noodtoegang"),
    N_(
        "Kan het niet wachten en kom je niet bij een dossier? Zoek de jongere en kies Vraag noodtoegang. Je mag dan 60 "
        "minuten lezen. De regisseur hoort het meteen en de privacy officer beoordeelt het."
    ),
    "emergency.find",
)

GUIDES: tuple[Guide, ...] = (
    Guide(
        Role.YOUTH_WORKER,
        N_("Je legt contacten vast, komt na wat je beloofde en houdt zicht op je jongeren."),
        (
            Topic(
                N_("Een contact vastleggen"),
                N_(
                    "Tik op Vastleggen. Kies wie je sprak, hoe en met welk resultaat; meer hoeft niet. "
                    "Waren er meer jongeren bij? Kies ze allemaal in één keer. "
                    "Onder de notitie staat wie haar mag lezen."
                ),
                "contacts.new",
            ),
            Topic(
                N_("Vervolg: afspraak, bellen of belofte"),
                N_(
                    "Kies na een contact een dag en wat je gaat doen. Je krijgt de dag ervoor en op de dag zelf "
                    "bericht. "
                    "Een belofte blijft op Mijn dag staan tot je de jongere hebt verteld hoe het afliep."
                ),
                "home.my_day",
            ),
            Topic(
                N_("Afspraken"),
                N_(
                    "In de agenda zie je je dag, je week en wanneer collega’s bezet zijn. "
                    "Leg je na een afspraak het contact vast, dan is de afspraak meteen afgerond. "
                    "Op Mijn account maak je een geheime link voor de agenda op je telefoon. Daar staan geen "
                    "namen in."
                ),
                "appointments.index",
            ),
            Topic(
                N_("Iemand zoeken"),
                N_(
                    "Typ een naam, bijnaam of kenmerk. Zoeken lukt ook op klank en met een typefout. "
                    "Je vindt alleen jongeren die je mag zien."
                ),
                "people.index",
            ),
            Topic(
                N_("Iets verbeteren"),
                N_(
                    "Tot drie werkdagen na het contact pas je het zelf aan. "
                    "Daarna maak je een correctie met een reden: beide versies blijven leesbaar en de regisseur "
                    "ziet haar."
                ),
            ),
            Topic(
                N_("Een credible messenger aanvragen"),
                N_(
                    "Open het dossier en kies Traject aanvragen. De coördinator zoekt iemand die past. "
                    "Jij en de messenger zeggen allebei ja voordat het begint."
                ),
                "trajectories.board",
            ),
            Topic(
                N_("Vrij of ziek"),
                N_(
                    "Meld op Mijn account wanneer je er niet bent en wie waarneemt. "
                    "Je collega krijgt je berichten en mag je dossiers lezen tot je terug bent. Dat stopt vanzelf."
                ),
                "accounts.absences_index",
            ),
            EMERGENCY,
        ),
    ),
    Guide(
        Role.CM_COORDINATOR,
        N_("Je geeft elke jongere de credible messenger die past, en bewaakt dat niemand te lang wacht."),
        (
            Topic(
                N_("Het bord"),
                N_(
                    "Links staan de aanvragen, met wie het langst wacht bovenaan. "
                    "Open een kaart, kies een messenger en stel de koppeling voor. "
                    "Een voorstel houdt de plek bezet, zodat niemand hem dubbel weggeeft."
                ),
                "trajectories.board",
            ),
            Topic(
                N_("Een vergissing"),
                N_(
                    "Na een stap op het bord kun je hem een paar minuten lang ongedaan maken, zolang er niets op "
                    "volgde."
                ),
                "trajectories.board",
            ),
            Topic(
                N_("Een messenger vervangen"),
                N_(
                    "Valt een messenger uit? Kies op het traject Messenger vervangen. "
                    "De oude koppeling eindigt en het nieuwe voorstel gaat uit, in één keer. Iedereen krijgt "
                    "bericht."
                ),
                "trajectories.board",
            ),
            Topic(
                N_("Ruimte en beschikbaarheid"),
                N_("Bij de messengers leg je vast hoeveel trajecten iemand aankan en of iemand beschikbaar is."),
                "messengers.index",
            ),
            EMERGENCY,
        ),
    ),
    Guide(
        Role.CREDIBLE_MESSENGER,
        N_("Je begeleidt jongeren. Je ziet alleen de jongeren die aan jou gekoppeld zijn."),
        (
            Topic(
                N_("Een voorstel beantwoorden"),
                N_(
                    "Je krijgt bericht als er een voorstel is. Je ziet dan een nummer en het stadsdeel. "
                    "De naam zie je als jullie allebei ja hebben gezegd."
                ),
                "trajectories.board",
            ),
            Topic(
                N_("Een contact vastleggen"),
                N_("Tik op Vastleggen en kies wie je sprak en hoe het ging. Kort mag. Schrijf alleen op wat nodig is."),
                "contacts.new",
            ),
            Topic(
                N_("Wat anderen van jou zien"),
                N_("Onder elke notitie staat wie haar leest. Meestal zijn dat de jongerenwerker en de coördinator."),
            ),
        ),
    ),
    Guide(
        Role.JV_DIRECTOR,
        N_("Je houdt zicht op het hele team: wie wacht, wat te laat is en of het werk goed verdeeld is."),
        (
            Topic(
                N_("Te laat in je team"),
                N_(
                    "Op Mijn dag staat wat drie werkdagen te laat is, of waar niemand aan kan werken. "
                    "Open het dossier en spreek af wie het doet."
                ),
                "home.my_day",
            ),
            Topic(
                N_("Jongeren toewijzen en overdragen"),
                N_(
                    "In het dossier wijs je een jongerenwerker toe. Gaat iemand weg, dan draag je alles in één "
                    "keer over: "
                    "jongeren, vervolgstappen, beloftes en afspraken gaan samen mee."
                ),
                "people.index",
            ),
            Topic(
                N_("Een zieke collega"),
                N_("Meld een collega afwezig en kies wie waarneemt. Is er niemand, dan komen de berichten bij jou."),
                "accounts.users",
            ),
            Topic(
                N_("Correcties"),
                N_("Verbetert iemand een contact na de termijn, dan krijg je bericht en zeg je dat je het zag."),
            ),
            Topic(
                N_("Het caseloadgesprek"),
                N_(
                    "Op Caseload open je per medewerker het gesprek. Elk dossier dat je daarin ziet, komt in het "
                    "logboek."
                ),
                "talks.index",
            ),
            EMERGENCY,
        ),
    ),
    Guide(
        Role.MANAGER,
        N_("Je ziet cijfers die kloppen, zonder namen. Namen zie je alleen in een caseloadgesprek."),
        (
            Topic(
                N_("Caseload lezen"),
                N_(
                    "Kies een periode en een team. Bij elk cijfer staat ‘Zo tellen wij’. "
                    "Medewerkers staan op naam, nooit op volgorde van prestatie."
                ),
                "reports.caseload",
            ),
            Topic(
                N_("Het caseloadgesprek"),
                N_(
                    "Open bij een medewerker het gesprek. Je ziet dan, voor dat gesprek, wat er veranderde, wat "
                    "te laat is, "
                    "wie lang stil is en welke beloftes openstaan. Leg afspraken vast; na het gesprek zijn de "
                    "namen weer weg."
                ),
                "talks.index",
            ),
            Topic(
                N_("Downloaden"),
                N_("CSV, Excel en PDF bevatten alleen de cijfers die je op de pagina ziet, nooit personen."),
                "reports.caseload",
            ),
        ),
    ),
    Guide(
        Role.TRAINER,
        N_("Je hebt een account voor je eigen berichten. Dossiers van jongeren zie je niet."),
        (),
    ),
    Guide(
        Role.ANALYST,
        N_("Je ziet de cijfers van de hele stad, nooit personen."),
        (
            Topic(
                N_("Cijfers van de stad"),
                N_("De cijfers van alle teams samen worden elke nacht gemaakt. Op de pagina staat wanneer dat was."),
                "reports.caseload",
            ),
        ),
    ),
    Guide(
        Role.PRIVACY_OFFICER,
        N_("Je ziet wie welk dossier opende en waarom. De inhoud van dossiers zie je niet."),
        (
            Topic(
                N_("Inzages"),
                N_(
                    "Filter op persoon, dag of soort. Een jongere staat er met een kenmerk, niet met een naam. "
                    "Niemand kan een regel wijzigen of wissen."
                ),
                "oversight.all_accesses",
            ),
            Topic(
                N_("Berichten die niet aankwamen"),
                N_("Onder Herinneringen zie je wat bleef liggen en waarom. De beheerder verstuurt opnieuw."),
                "oversight.ledger",
            ),
        ),
    ),
    Guide(
        Role.ADMINISTRATOR,
        N_("Je zorgt dat de juiste mensen erin kunnen en dat berichten aankomen. Dossiers zie je niet."),
        (
            Topic(
                N_("Mensen en teams"),
                N_(
                    "Nodig iemand uit met een mail; de link werkt één keer. Rollen geef je per team, met een "
                    "begin en een eind. "
                    "Vertrekt iemand, sluit dan het account: wat openstaat, gaat eerst naar een ander."
                ),
                "accounts.users",
            ),
            Topic(
                N_("Berichten bewaken"),
                N_("Onder Herinneringen staat wat bleef liggen. Je verstuurt opnieuw, of zegt dat het toch aankwam."),
                "oversight.ledger",
            ),
        ),
    ),
    Guide(
        Role.EXTERNAL_PARTNER,
        N_("Je account is van je organisatie en loopt vanzelf af."),
        (),
    ),
    Guide(
        Role.INTEGRITY_OFFICER,
        N_("Je leest en behandelt wat collega’s in vertrouwen melden."),
        (
            Topic(
                N_("Een melding behandelen"),
                N_(
                    "Je krijgt een mail als er een melding is. Lees de melding, stel een vraag of maak een notitie. "
                    "De melder ziet je vraag, niet je notitie. Niemand anders ziet dat er een melding is."
                ),
                "integrity.index",
            ),
        ),
    ),
)

FOR_EVERYONE: tuple[Topic, ...] = (
    Topic(
        N_("Meldingen en mail"),
        N_(
            "Bij elk bericht staat waarom je het krijgt. In een mail staat nooit een naam: log in om te lezen "
            "waar het over gaat."
        ),
        "reminders.inbox",
    ),
    Topic(
        N_("Wie ziet wat ik doe"),
        N_("Wat je leest en schrijft over jongeren komt in het logboek. Je eigen regels lees je zelf terug."),
        "oversight.accesses",
    ),
    Topic(
        N_("Waarom mogen we dit?"),
        N_(
            "Alles over een jongere hoort bij één doel, met een wet of een afspraak erachter. Lees hier wie het ziet "
            "en hoe lang we het bewaren. Vraagt een jongere ernaar? Laat het zien."
        ),
        "oversight.grounds",
    ),
    Topic(
        N_("Benaderd of onder druk gezet"),
        N_(
            "Biedt iemand je iets aan, bedreigt iemand je of vraagt iemand om gegevens? Meld het vertrouwelijk. "
            "Alleen de integriteitsmedewerker leest het."
        ),
        "integrity.report",
    ),
    Topic(
        N_("Veilig inloggen"),
        N_(
            "Zet op Mijn account een passkey of een code aan en bewaar je herstelcodes. Telefoon kwijt? Log daar op "
            "alle apparaten uit en bel je beheerder. Na een tijd niets doen word je vanzelf uitgelogd; wat je typte, "
            "blijft bewaard."
        ),
        "accounts.me",
    ),
)


def guides(actor: Actor) -> list[Guide]:
    """The guides of the actor's roles, in the order of the matrix."""
    return [guide for guide in GUIDES if guide.role in actor.role_names]
