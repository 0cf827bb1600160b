"""The demo's own button; registered only when DEMO is on."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.core import clock, formats
from portal.demo import service
from portal.privacy.guard import public
from portal.settings import settings

bp = Blueprint("demo", __name__)


@bp.post("/demo/dag-verder")
@public
def next_day() -> Response:
    """Let a day pass for web and workers, and say where the mail of the new morning is."""
    before = clock.today()
    today = service.next_day()
    flash(_with_mail_link(_told(today, skipped=today - before > timedelta(days=1))), "success")
    return redirect(url_for("home.my_day"), 303)


def _told(today: date, *, skipped: bool) -> str:
    day = formats.day_long(today)
    passed: str = _("%(day)s: er is een dag voorbij. De herinneringen komen er zo aan.", day=day)
    over_free_days: str = _("%(day)s: er is een dag voorbij. Het weekend of de vrije dag is overgeslagen.", day=day)
    return over_free_days if skipped else passed


def _with_mail_link(text: str) -> Markup:
    address = settings().mail_catcher_url
    link = Markup(' <a href="{}" target="_blank" rel="noopener">{}</a>').format(address, _("Mail lezen"))
    return Markup("{}{}").format(text, link if address else "")
