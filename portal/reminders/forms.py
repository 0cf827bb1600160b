"""How somebody wants to be reached, until when something is put off, and how a rule is set."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.forms import (
    CheckboxField,
    Choice,
    Form,
    NumberField,
    PhoneField,
    RadioField,
    TextAreaField,
    TilesField,
    TimeField,
    VersionField,
)
from portal.core.registry import Rule, RuleClass, Term
from portal.reminders.labels import KIND
from portal.reminders.quiet import QuietHours
from portal.reminders.rulebook import Setting
from portal.reminders.wishes import Choices

ROLE, OWN = "role", "own"


class DeliveryForm(Form):
    """Channels per class, the number, the quiet hours."""

    mail_normal = CheckboxField(_l("Mail bij gewone herinneringen"))
    sms_normal = CheckboxField(_l("SMS bij gewone herinneringen"))
    mail_acute = CheckboxField(_l("Mail als het dringend is"))
    sms_acute = CheckboxField(_l("SMS als het dringend is"))
    sms_legal = CheckboxField(_l("SMS bij een termijn van de wet"))
    number = PhoneField(
        _l("Je mobiele nummer"),
        required=False,
        hint=_l("Alleen voor SMS van dit portaal. We bewaren het versleuteld; je collega's zien het niet."),
    )
    hours = RadioField(
        _l("Wanneer wil je niet gestoord worden?"),
        choices=[(ROLE, _l("Zoals bij mijn werk hoort")), (OWN, _l("Op mijn eigen tijden"))],
    )
    quiet_from = TimeField(_l("Stil vanaf"), required=False)
    quiet_until = TimeField(_l("Stil tot"), required=False)
    quiet_free_days = CheckboxField(_l("Ook stil op zaterdag, zondag en feestdagen"))

    def refuse_half(self) -> None:
        """Own hours need a beginning and an end, and an SMS needs a number."""
        if self.hours.data == OWN:
            for field in (self.quiet_from, self.quiet_until):
                if field.data is None and not field.errors:
                    self.refuse(field.name, _("Kies een tijd."))
        if self.sms_normal.data and not self.number.data:
            self.refuse("number", _("Vul je nummer in, of zet SMS uit."))

    def choices(self, stored: Choices, *, sms: bool) -> Choices:
        """What was chosen; without a connection for SMS, what was stored about SMS stays."""
        return Choices(
            mail_normal=bool(self.mail_normal.data),
            mail_acute=bool(self.mail_acute.data),
            sms_normal=bool(self.sms_normal.data) if sms else stored.sms_normal,
            sms_acute=bool(self.sms_acute.data) if sms else stored.sms_acute,
            sms_legal=bool(self.sms_legal.data) if sms else stored.sms_legal,
            number=(self.number.data or "") if sms else stored.number,
            quiet=self._own_hours(),
        )

    def _own_hours(self) -> QuietHours | None:
        starts, ends = self.quiet_from.data, self.quiet_until.data
        if self.hours.data != OWN or starts is None or ends is None:
            return None
        return QuietHours(starts, ends, bool(self.quiet_free_days.data))


class SnoozeForm(Form):
    """Until which day."""

    until = TilesField(_l("Tot welke dag?"), columns=3, coerce=date.fromisoformat)


class RuleForm(Form):
    """What every rule has; its terms come on top (rule_form)."""

    based_on = VersionField()
    enabled = CheckboxField(_l("Deze regel staat aan"))
    kind = RadioField(_l("Hoe dringend is het?"), coerce=RuleClass)
    reason = TextAreaField(_l("Waarom verander je dit?"), max_length=500, rows=2)


def rule_form(rule: Rule, setting: Setting) -> RuleForm:
    """The form of one rule, filled with how it is set."""
    fields = {f"term_{term.code}": _number(term) for term in rule.terms}
    made: RuleForm = type("OneRuleForm", (RuleForm,), fields)(
        data={
            "based_on": setting.n,
            "enabled": setting.enabled,
            "kind": setting.kind,
            **{f"term_{code}": value for code, value in setting.terms.items()},
        }
    )
    kinds = [RuleClass.LEGAL] if rule.kind == RuleClass.LEGAL else [k for k in RuleClass if k != RuleClass.LEGAL]
    made.kind.choices = [Choice(str(kind), KIND[kind]) for kind in kinds]
    return made


def _number(term: Term) -> NumberField:
    hint = _l("Van %(low)s tot en met %(high)s.", low=term.low, high=term.high)
    return NumberField(_l(term.label), low=term.low, high=term.high, unit=_l(term.unit), hint=hint)


def wanted(rule: Rule, form: RuleForm) -> Setting:
    """What the form asks for; `n` is the version it started from."""
    return Setting(
        form.based_on.data or 0,
        bool(form.enabled.data) or rule.kind == RuleClass.LEGAL,
        form.kind.data or rule.kind,
        {term.code: form[f"term_{term.code}"].data for term in rule.terms},
    )


def filled(stored: Choices, standard: QuietHours) -> dict[str, object]:
    """The values to start the form with; the standard hours are what own ones start from."""
    hours = stored.quiet or standard
    return {
        "mail_normal": stored.mail_normal,
        "mail_acute": stored.mail_acute,
        "sms_normal": stored.sms_normal,
        "sms_acute": stored.sms_acute,
        "sms_legal": stored.sms_legal,
        "number": stored.number,
        "hours": OWN if stored.quiet else ROLE,
        "quiet_from": hours.starts,
        "quiet_until": hours.ends,
        "quiet_free_days": hours.free_days,
    }
