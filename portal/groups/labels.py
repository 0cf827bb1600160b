"""Words for youth groups."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.groups.models import AgeBand, SizeBand

SIZE = {
    SizeBand.UP_TO_5: _l("1 tot en met 5 jongeren"),
    SizeBand.UP_TO_10: _l("6 tot en met 10 jongeren"),
    SizeBand.UP_TO_20: _l("11 tot en met 20 jongeren"),
    SizeBand.MORE: _l("Meer dan 20 jongeren"),
}
AGE = {
    AgeBand.FROM_8: _l("8 tot en met 11 jaar"),
    AgeBand.FROM_12: _l("12 en 13 jaar"),
    AgeBand.FROM_14: _l("14 en 15 jaar"),
    AgeBand.FROM_16: _l("16 en 17 jaar"),
    AgeBand.FROM_18: _l("18 tot en met 22 jaar"),
    AgeBand.FROM_23: _l("23 tot en met 27 jaar"),
}
