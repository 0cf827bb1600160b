"""Words for levels of the area tree."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.areas.models import AreaKind

KIND = {
    AreaKind.STADSDEEL: _l("stadsdeel"),
    AreaKind.GEBIED: _l("gebied"),
    AreaKind.WIJK: _l("wijk"),
}
