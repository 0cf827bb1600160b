"""One SMS, sent now, by one of three adapters; the address says which.

* `console:` writes it to the log, without the number.
* `smtp://user:password@host:port/gateway.example` mails it to <number>@gateway.example, for a gateway that turns mail
  into SMS (also `smtps` and `smtp+starttls`).
* `https://<key>@host/?template=<id>` is NotifyNL (portal.core.notify); its template is "((body))".
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.core import mail, notify
from portal.core.mail import Mail
from portal.core.outcome import Sent

log = logging.getLogger(__name__)

#: Characters that fit in one SMS.
LONGEST = 160
DUTCH_MOBILE = re.compile(r"(?:\+31|0031|0)6(\d{8})")


@dataclass(frozen=True)
class Sms:
    """A neutral message: no personal data (domain I-25). `number` in international form, +31612345678."""

    number: str
    text: str
    reference: str  # the same for every try


def international(number: str) -> str:
    """A Dutch mobile number in international form. Raises ValueError for anything else."""
    found = DUTCH_MOBILE.fullmatch(re.sub(r"[\s().-]", "", number))
    if not found:
        raise ValueError("no Dutch mobile number")
    return f"+316{found[1]}"


def send(sms: Sms, *, url: str, sender: str, timeout: float) -> Sent:
    """Send and tell what happened; never raises for anything the network or the other side does.

    `timeout` in seconds, per network operation; `sender` is who a mail to a gateway comes from.
    """
    scheme = urlsplit(url).scheme
    if scheme == "console":
        log.info("sms", extra={"outcome": sms.text})
        return Sent("accepted", "console")
    if scheme in notify.SCHEMES:
        fields = {"phone_number": sms.number, "reference": sms.reference}
        return notify.send("sms", fields, {"body": sms.text}, url=url, timeout=timeout)
    gateway = urlsplit(url).path.strip("/")
    message = Mail(f"{sms.number}@{gateway}", "SMS", sms.text, message_id=sms.reference)
    return mail.send(message, url=url, sender=sender, timeout=timeout)
