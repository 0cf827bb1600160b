"""Words about origin and belief: a hint beside a free text, never a bar (domain §0.3, §2.13).

The portal holds no nationality, ethnicity, religion or country of birth. A field for them is not there; this notices
when they are typed elsewhere. Of a word with a star everything that begins like it counts.
"""

from __future__ import annotations

from portal.core.text import fold

WORDS = (
    # nationality and country of birth
    "nationaliteit", "geboorteland", "geboren in het buitenland", "land van herkomst", "landgenoot", "landgenoten",
    "paspoortland", "statushouder*", "asielzoeker*", "vluchteling*", "buitenlander*", "buitenlands uiterlijk",
    "illegaal in nederland", "migrant*", "immigrant*", "migratieachtergrond", "expat*",
    # ethnicity
    "etnisch*", "etniciteit", "afkomst", "herkomst", "allochto*", "autochto*", "huidskleur", "donkere huid", "getint*",
    "neger", "negers", "blanke", "blanken", "zwarte jongen*", "zwarte jongere*", "ras", "rassen", "roma", "sinti",
    "zigeuner*",
    "marokka*", "turk", "turkse", "turks", "turken", "surina*", "antill*", "curacaose*", "arubaan*", "somali*",
    "eritre*", "syrier*", "syrisch*", "afghaan*", "irakees*", "iraki*", "iranier*", "iraans*", "ghanees*", "ghanez*",
    "nigeria*", "kaapverd*", "pool", "poolse", "polen", "bulgaar*", "roemeen*", "oekraien*", "hindoestaan*", "creool*",
    "molukk*", "chinees", "chinese", "chinezen", "arabier*", "arabisch*", "berber*", "koerd*", "afrikaan*",
    # religion and belief
    "religie*", "religieus*", "geloofsovertuiging", "gelovig*", "levensovertuiging", "islam*", "moslim*", "moskee*",
    "imam*", "koran", "hoofddoek*", "salafis*", "christen*", "christelijk*", "katholiek*", "protestant*",
    "gereformeerd*", "jood", "joden", "joods*", "hindoe*", "boeddhis*", "jehova*", "atheis*",
)  # fmt: skip


def mentions_origin(text: str) -> bool:
    """Whether a text has one of these words, whatever its capitals and accents."""
    folded = f" {fold(text)} "
    return any(f" {word[:-1]}" in folded if word.endswith("*") else f" {word} " in folded for word in WORDS)
