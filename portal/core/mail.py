"""One mail, sent now. Who calls this decides when and how often (the reminder ledger, account mails)."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from portal.core import clock, notify
from portal.core.outcome import Sent


@dataclass(frozen=True)
class Mail:
    """A neutral message: no personal data in subject or body (domain I-25)."""

    to: str
    subject: str
    text: str
    html: str = ""
    message_id: str = ""


def _compose(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = mail.message_id or make_msgid(domain="wegomhoog.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def _connect(url: str, timeout: float) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 25)
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=timeout)
    if parts.scheme == "smtp+starttls":
        server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def send(mail: Mail, *, url: str, sender: str, timeout: float) -> Sent:
    """Send and tell what happened; never raises for anything the network or the server does.

    `url`: a mail server, or NotifyNL (portal.core.notify, with a template of ((subject)) and ((body))). `timeout` in
    seconds, per network operation. Refused or 4xx is `temporary`, 5xx `permanent`; time-out or reset after DATA is
    `unknown`.
    """
    if urlsplit(url).scheme in notify.SCHEMES:
        fields = {"email_address": mail.to, "reference": mail.message_id}
        return notify.send("email", fields, {"subject": mail.subject, "body": mail.text}, url=url, timeout=timeout)
    try:
        server = _connect(url, timeout)
    except smtplib.SMTPAuthenticationError as error:
        return Sent("temporary", f"{error.smtp_code}")
    except (OSError, smtplib.SMTPException) as error:
        return Sent("temporary", type(error).__name__)
    try:
        return _transmit(server, _compose(mail, sender))
    finally:
        _close(server)


def _transmit(server: smtplib.SMTP, message: EmailMessage) -> Sent:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = max((reply[0] for reply in error.recipients.values()), default=450)
        return Sent("permanent" if code >= 500 else "temporary", str(code))
    except smtplib.SMTPResponseException as error:
        return Sent("permanent" if error.smtp_code >= 500 else "temporary", str(error.smtp_code))
    except (TimeoutError, smtplib.SMTPServerDisconnected, OSError) as error:
        return Sent("unknown", type(error).__name__)  # the server may have taken it before the line broke
    return Sent("accepted", "250")


def _close(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
