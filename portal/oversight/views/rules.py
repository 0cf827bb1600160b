"""HTTP for the reminder rules: how they are set, what a change would mean, and what was set before."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.core import web
from portal.oversight.views.blueprint import bp
from portal.privacy.guard import current_actor, requires
from portal.privacy.permissions import Permission
from portal.reminders import changing, labels, mails
from portal.reminders.forms import rule_form, wanted

ACTIVATE = "gebruik"


@bp.get("/herinneringen/regels")
@requires(Permission.LEDGER_READ)
def rules() -> str:
    """Every rule: what it is about, who it tells, and how it is set."""
    return render_template("oversight/rules.html", rows=changing.rules(current_actor()), labels=labels)


@bp.get("/herinneringen/regels/<string:code>")
@requires(Permission.LEDGER_READ)
def rule(code: str) -> str:
    """One rule and its versions."""
    actor = current_actor()
    found, setting = changing.get(actor, code)
    past = changing.history(actor, code)
    return render_template("oversight/rule.html", rule=found, setting=setting, past=past, labels=labels)


@bp.route("/herinneringen/regels/<string:code>/wijzigen", methods=["GET", "POST"])
@requires(Permission.RULES_MANAGE)
def change_rule(code: str) -> Any:
    """Change a rule in two steps: look at what it would have meant, then put it into use."""
    actor = current_actor()
    found, setting = changing.get(actor, code)
    form = rule_form(found, setting)
    shown: dict[str, Any] = {"rule": found, "labels": labels}
    if not form.validate_on_submit():
        return web.render_form("oversight/change_rule.html", form, **shown)
    asked = wanted(found, form)
    with web.saving(form) as saved:
        if request.form.get("stap") == ACTIVATE:
            changing.activate(actor, code, asked, reason=form.reason.data)
        else:
            shown["preview"] = changing.preview(actor, code, asked)
    if not saved:
        return web.render_form("oversight/change_rule.html", form, **shown)
    if "preview" in shown:
        return render_template("oversight/rule_preview.html", form=form, title_of=mails.title, step=ACTIVATE, **shown)
    flash(_("De regel is veranderd. De oude versie blijft te lezen."), "success")
    return redirect(url_for(".rule", code=code), 303)
