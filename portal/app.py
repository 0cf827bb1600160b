"""create_app(): the only module that knows every feature."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from portal import registrations, tables
from portal.accounts import sessions
from portal.accounts.cli import accounts as account_commands
from portal.accounts.views import bp as accounts
from portal.appointments.views import bp as appointments
from portal.audit.cli import audit as audit_commands
from portal.cases.views import bp as cases
from portal.contacts.views import bp as contacts
from portal.core import assets, clock, db, dots, formats, health, log, queue, sealing, templating, web
from portal.core.catalog import Translations
from portal.core.i18n import LANGUAGES
from portal.demo.cli import demo as demo_commands
from portal.demo.views import bp as demo
from portal.documents.views import bp as documents
from portal.dossier.views import bp as dossier
from portal.drafts import keeping
from portal.drafts.views import bp as drafts
from portal.drafts.views import save as save_draft
from portal.emergency import service as emergency
from portal.emergency.views import bp as emergencies
from portal.filters.views import bp as filters
from portal.groups.views import bp as groups
from portal.help import hints
from portal.help.views import bp as help_pages
from portal.home.views import bp as home
from portal.in_view.views import bp as in_view
from portal.integrity.views import bp as integrity
from portal.messengers.views import bp as messengers
from portal.navigation import navigation_for
from portal.oversight.views import bp as oversight
from portal.partners.views import bp as partners
from portal.people.views import bp as people
from portal.places.views import bp as places
from portal.privacy import access_log, guard, sources
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission
from portal.programmes.views import bp as programmes
from portal.reminders.service import unread_count
from portal.reminders.views import bp as reminders
from portal.reports.views import bp as reports
from portal.settings import Settings, settings
from portal.signals.views import bp as signals
from portal.talks.views import bp as talks
from portal.trajectories.views import bp as trajectories

FEATURES = (
    health.bp,
    accounts,
    appointments,
    cases,
    contacts,
    demo,
    documents,
    dossier,
    drafts,
    emergencies,
    groups,
    filters,
    help_pages,
    home,
    integrity,
    messengers,
    oversight,
    partners,
    people,
    places,
    programmes,
    reminders,
    reports,
    in_view,
    signals,
    talks,
    trajectories,
)

metadata = tables.metadata
csrf = CSRFProtect()
babel = Translations()
login_manager = LoginManager()
limiter = Limiter(
    lambda: sessions.hash_token(session.get("sid") or get_remote_address()).hex(),  # the broker and the log see it
    default_limits=[lambda: f"{settings().rate_limit_per_minute} per minute"],
    default_limits_exempt_when=lambda: request.method in {"GET", "HEAD", "OPTIONS"},
    in_memory_fallback_enabled=True,  # a broker that is down never takes the web down
)


def create_app(configured: Settings | None = None) -> Flask:
    """Build the web application from the environment. Raises SettingsError or RuntimeError rather than start half."""
    config = configured or settings()
    app = Flask("portal", template_folder="../templates", static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-weg" if config.secure_cookies else "weg",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=config.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=config.max_upload_bytes,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # no Referer is sent (Referrer-Policy: no-referrer)
        BABEL_DEFAULT_LOCALE="nl",
        BABEL_DEFAULT_TIMEZONE="Europe/Amsterdam",
        RATELIMIT_STORAGE_URI=config.broker_url if config.broker_url.startswith("redis") else "memory://",
        RATELIMIT_STORAGE_OPTIONS={"socket_connect_timeout": 1} if config.broker_url.startswith("redis") else {},
        RATELIMIT_HEADERS_ENABLED=False,
    )
    log.configure()
    sealing.configure(config.secret_key)
    queue.configure(config.broker_url)
    registrations.register()
    web.count_queries(db.configure(config.database_url_for("web"), pool_size=config.database_pool_size))
    _install(app, config)
    for blueprint in FEATURES:
        if blueprint is not demo or config.demo:
            app.register_blueprint(blueprint)
    views: dict[str, Any] = app.view_functions
    views["appointments.feed"] = limiter.limit("20 per minute", key_func=_hashed_path)(views["appointments.feed"])
    app.cli.add_command(account_commands)
    app.cli.add_command(audit_commands)
    app.cli.add_command(demo_commands)
    guard.ensure_all_marked(app)
    _serve(app, config)
    return app


def _install(app: Flask, config: Settings) -> None:
    web.install(app)  # first: its after_request hook, the commit, must run last
    app.before_request(web.let_file_in)  # before the form is read for its token
    csrf.init_app(app)
    babel.init_app(app, locale_selector=_language, default_translation_directories="translations")
    login_manager.init_app(app)
    login_manager.request_loader(_load_actor)
    limiter.init_app(app)
    formats.install(app)
    dots.install(app)
    templating.install(app)
    app.before_request(_begin)
    app.before_request(guard.check)
    # The next request says again for whom it is made.
    app.teardown_request(lambda _error: sources.show_to(sources.Audience.TEAM))
    keeping.install(app)
    csrf.exempt(save_draft)
    app.jinja_env.globals["asset"] = assets.asset
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: _page_context(config))


def _hashed_path() -> str:
    return sessions.hash_token(request.path).hex()  # the path of a feed is its secret


def _serve(app: Flask, config: Settings) -> None:
    served = WhiteNoise(app.wsgi_app, immutable_file_test=lambda _path, _url: True)  # every name carries its hash
    if assets.VENDOR.is_dir():
        served.add_files(str(assets.VENDOR), prefix=assets.PREFIX.strip("/") + "/")
    proxies = config.trusted_proxies
    wsgi = ProxyFix(served, x_for=proxies, x_proto=proxies, x_host=proxies) if proxies else served
    app.wsgi_app = wsgi  # type: ignore[method-assign]


def _begin() -> None:
    if request.blueprint == health.bp.name:
        return  # tells how things are also when the database is away
    access_log.origin.set(request.endpoint or "")
    if settings().clock_adjustable:
        clock.synchronise(db.session())
        g.queries = 0  # where the clock cannot be moved, this is not asked
    actor = current_user if current_user.is_authenticated else None
    db.act_as(actor.user_id if actor else None)


def _load_actor(_request: Any) -> Actor | None:
    token = None if g.get("failing") else session.get("sid")
    return sessions.actor_for(token) if token else None


def _language() -> str:
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    chosen = session.get("language", "nl")
    return chosen if chosen in LANGUAGES else "nl"


def _page_context(config: Settings) -> dict[str, Any]:
    """What every page needs; without an actor (sign-in, error pages) only the bare minimum."""
    failing = g.get("failing", False)
    actor = None if failing or not current_user.is_authenticated else guard.current_actor()
    return {
        "current_actor": actor,
        "home_url": url_for("home.my_day"),
        "account_url": url_for("accounts.me") if actor else None,
        "help_url": url_for("help.index") if actor else None,
        "report_url": url_for("integrity.report") if actor else None,
        "sign_out_url": url_for("accounts.sign_out") if actor else None,
        "notifications_url": url_for("reminders.inbox") if actor else None,
        "notifications_count": unread_count(actor) if actor else 0,
        "nav": navigation_for(actor) if actor else [],
        "lang": _language(),
        "theme": actor.theme if actor else session.get("theme", ""),
        "demo": config.demo,
        "record_url": url_for("contacts.new") if actor and actor.can(Permission.CONTACTS_WRITE) else None,
        "mail_catcher_url": config.mail_catcher_url,
        "can": actor.can if actor else lambda _permission: False,
        "Permission": Permission,
        "today": clock.today(),
        "emergencies": (lambda: _running(actor)) if actor else list,
        "emergency_url": _emergency_url(actor) if actor else None,
        "hint": hints.for_page(actor, request.endpoint) if actor else None,
    }


def _running(actor: Actor) -> list[tuple[emergency.Running, str]]:
    """Through which emergency access this page shows something, and where each is stopped."""
    return [(each, url_for("emergency.stop", emergency_id=each.id)) for each in emergency.running(actor)]


def _emergency_url(actor: Actor) -> str | None:
    """Where the dossier of this address can be opened in an emergency; the same whether or not there is one."""
    person_id = (request.view_args or {}).get("person_id")
    asked = request.blueprint in {"dossier", "people"} and person_id is not None
    if not asked or not actor.can(Permission.EMERGENCY_USE):
        return None
    return url_for("emergency.open_dossier", person_id=person_id)
