"""A small web app that shows every layout, macro and field with invented data, for looking and for axe.

``python dev/styleguide.py [port]``, then open ``/``. It has no database and no part of the portal but core.forms.
"""

from __future__ import annotations

import secrets
import sys
from collections import namedtuple
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask import Flask, flash, redirect, render_template, request, url_for  # noqa: E402
from flask_babel import Babel  # noqa: E402
from flask_wtf.csrf import CSRFProtect  # noqa: E402
from jinja2 import ChoiceLoader, FileSystemLoader  # noqa: E402
from werkzeug.wrappers import Response  # noqa: E402

from portal.core import dots, formats, forms, templating  # noqa: E402
from portal.core.assets import asset, watch  # noqa: E402

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
TODAY = date(2026, 11, 24)
Item = namedtuple("Item", "label url icon current tab", defaults=(False, False))
Actor = namedtuple("Actor", "name initials role_label")
Tab = namedtuple("Tab", "label url current count", defaults=(None,))
NAMES = [
    "Yassine B.",
    "Milan K.",
    "Noor S.",
    "Dylano P.",
    "Özgür Ş.",
    "Shanaya R.",
    "Tygo V.",
    "Ayoub E.",
    "Kwabena O.",
]


def people() -> list[forms.Choice]:
    """Invented young people; the first four were seen lately."""
    return [
        forms.Choice(f"p{n}", name, f"J-{4500 + 37 * n} · Nieuw-West · {16 + n % 6} jaar", recent=n < 4)
        for n, name in enumerate(NAMES)
    ]


CHANNELS = [
    forms.Choice("street", "Op straat", icon="footprints"),
    forms.Choice("phone", "Telefoon", icon="phone"),
    forms.Choice("chat", "Bericht", icon="message-square-text"),
    forms.Choice("home_visit", "Huisbezoek", icon="house"),
    forms.Choice("office", "Op kantoor", icon="building-2"),
    forms.Choice("school", "School", icon="graduation-cap"),
]
RESULTS = [
    forms.Choice("reached", "Gesproken", icon="circle-check"),
    forms.Choice("not_reached", "Niet bereikt", icon="phone-missed"),
    forms.Choice("rescheduled", "Afspraak gemaakt", icon="calendar-check"),
    forms.Choice("third_party", "Zorg gedeeld", icon="heart-handshake"),
]
TEAMS = [("1", "Nieuw-West"), ("2", "Zuidoost"), ("3", "Noord")]


class Contact(forms.Form):
    """The contact form as in the pictures."""

    people = forms.MultiComboboxField("Met wie?", missing="Kies minstens één jongere.", choices=people())
    channel = forms.TilesField("Hoe?", choices=CHANNELS, columns=3, stacked=True, missing="Kies hoe het contact was.")
    result = forms.TilesField("Resultaat", choices=RESULTS, missing="Kies een resultaat.")
    follow_up = forms.DatePresetField("Vervolg")
    place = forms.TextField("Waar?", required=False)
    note = forms.TextAreaField("Notitie", required=False, hint="Schrijf alleen op wat nodig is.")
    at = forms.DateTimeField("Wanneer?", required=False)


class Everything(forms.Form):
    """One of each field."""

    name = forms.TextField("Naam", hint="Zoals in het paspoort.", max_length=80)
    email = forms.EmailField("E-mailadres")
    phone = forms.PhoneField("Telefoon", required=False)
    password = forms.PasswordField("Nieuw wachtwoord", new=True, min_length=12)
    code = forms.CodeField("Code uit je app")
    number = forms.NumberField("Aantal plaatsen", low=0, high=12, unit="plaatsen")
    fte = forms.DecimalField("Omvang", low=0, high=2, unit="fte")
    team = forms.SelectField("Team", choices=TEAMS)
    purpose = forms.RadioField("Doel", choices=[("view", "Zicht"), ("connection", "Verbinding"), ("help", "Hulp")])
    topics = forms.MultiChoiceField(
        "Onderwerpen", choices=[("s", "School"), ("w", "Werk"), ("m", "Geld")], required=False
    )
    agree = forms.CheckboxField("Ik heb dit met de jongere besproken", required=True)
    day = forms.DateField("Geboortedatum", latest=TODAY)
    hour = forms.TimeField("Tijd")
    moment = forms.DateTimeField("Moment")
    messenger = forms.ComboboxField("Rolmodel", choices=people(), required=False)
    readers = forms.MultiComboboxField("Wie leest mee?", choices=[], search_url="/zoek", required=False)
    note = forms.TextAreaField("Notitie", required=False)
    version = forms.VersionField()


class Filters(forms.FilterForm):
    """Filters in an address."""

    period = forms.SelectField("Periode", choices=[("30", "Laatste 30 dagen"), ("90", "Laatste 90 dagen")], blank=None)
    area = forms.SelectField("Stadsdeel", choices=TEAMS, blank="Alle stadsdelen", required=False)
    team = forms.SelectField("Team", choices=TEAMS, blank="Alle teams", required=False)
    path = forms.SelectField("Traject", choices=[], blank="Alle trajecten", required=False)


class Search(forms.Form):
    """Search by name."""

    q = forms.SearchField("Zoek een jongere", required=False)


def create_app() -> Flask:
    """The style guide, with the CSP of the real portal."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "portal" / "static"))
    app.config.update(SECRET_KEY=secrets.token_hex(), TEMPLATES_AUTO_RELOAD=True, BABEL_DEFAULT_LOCALE="nl")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "dev" / "styleguide")]
    )
    app.jinja_env.globals["asset"] = asset
    formats.install(app)
    dots.install(app)
    Babel(app)
    templating.install(app)
    CSRFProtect(app)
    app.context_processor(context)
    app.before_request(watch)
    app.after_request(headers)
    routes(app)
    return app


def headers(response: Response) -> Response:
    """What the portal sends."""
    response.headers["Content-Security-Policy"] = CSP
    return response


def context() -> dict[str, Any]:
    """What the portal's context processor gives."""
    nav = [
        Item("Mijn dag", "/dag", "list-checks", request.path == "/dag", True),
        Item("Jongeren", "/jongeren", "users", request.path == "/jongeren", True),
        Item("Trajecten", "/bord", "route", request.path == "/bord", True),
        Item("Caseload", "/caseload", "chart-column", request.path == "/caseload"),
        Item("Onderdelen", "/", "layout-grid", request.path == "/"),
    ]
    return {
        "lang": "nl",
        "theme": request.cookies.get("theme", ""),
        "demo": "kaal" not in request.args,
        "nav": nav,
        "record_url": "/contact",
        "current_actor": Actor("Samira El Idrissi", "SE", "Jongerenwerker · Nieuw-West"),
        "mail_catcher_url": "#mail",
        "home_url": "/dag",
        "account_url": "/account",
        "sign_out_url": "/uit",
        "notifications_url": "/meldingen",
        "notifications_count": 3,
    }


def routes(app: Flask) -> None:
    """One page per layout and state."""
    pages = {
        "/dag": "day",
        "/leeg": "empty",
        "/vol": "full",
        "/caseload": "caseload",
        "/bord": "board",
        "/jongere": "person",
    }
    for path, name in pages.items():
        app.add_url_rule(path, name, lambda name=name: render_template(f"styleguide/{name}.html", **data()))
    app.add_url_rule("/", "index", index, methods=["GET", "POST"])
    app.add_url_rule("/contact", "contact", contact, methods=["GET", "POST"])
    app.add_url_rule("/inloggen", "sign_in", sign_in, methods=["GET", "POST"])
    app.add_url_rule("/zoek", "search", search, methods=["POST"])
    app.add_url_rule("/taal", "accounts.set_language", back, methods=["POST"])
    app.add_url_rule("/kleuren", "accounts.set_theme", theme, methods=["POST"])
    app.add_url_rule("/verder", "demo.next_day", back, methods=["POST"])
    app.add_url_rule(
        "/fout/<name>", "error", lambda name: render_template(f"errors/{name}.html", request_id="0198-demo")
    )
    app.add_url_rule("/afdruk", "printed", lambda: render_template("styleguide/print.html", **data()))


def data() -> dict[str, Any]:
    """Values for the pages."""
    return {
        "filters": Filters(request.args),
        "search_form": Search(),
        "names": NAMES,
        "TEAMS": TEAMS,
        "Tab": Tab,
        "workers": [
            ("Samira El Idrissi", 12, 2),
            ("Kofi Mensah", 13, 0),
            ("Joost de Wit", 8, 4),
            ("Fatıma Şahin", 10, 1),
            ("Nadia Haddou", 6, 0),
        ],
    }


def index() -> tuple[str, int]:
    """All parts and fields; posting shows the errors."""
    form = Everything(version=3)
    valid = form.validate_on_submit()
    if valid:
        flash("Opgeslagen.", "success")
    return render_template("styleguide/index.html", form=form, **data()), 422 if form.errors else 200


def contact() -> tuple[str, int]:
    """The form layout."""
    form = Contact(channel="street", people=request.args.getlist("p"))
    form.follow_up.today = TODAY
    if form.validate_on_submit():
        flash("Opgeslagen.", "success")
    return render_template("styleguide/contact.html", form=form), 422 if form.errors else 200


def sign_in() -> tuple[str, int]:
    """The public layout."""
    form = Everything()
    return render_template("styleguide/sign_in.html", form=form), 200


def search() -> list[dict[str, str]]:
    """Answer of a remote combobox."""
    words = request.form.get("q", "").lower()
    return [{"value": p.value, "label": p.label, "detail": p.detail} for p in people() if words in p.label.lower()]


def back() -> Response:
    """Where a switch returns to."""
    return redirect(url_for("day"))


def theme() -> Response:
    """Keep the colours in a cookie, as the portal does."""
    answer = redirect(url_for("day"))
    answer.set_cookie("theme", request.form.get("theme", ""))
    return answer


if __name__ == "__main__":
    numbers = [argument for argument in sys.argv[1:] if argument.isdigit()]
    create_app().run(port=int(numbers[0]) if numbers else 8099)
