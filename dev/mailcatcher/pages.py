"""The page with the caught mails. Only for this machine: other host names are refused, so that no website can read
along by pointing a name of its own at us.
"""

import json
import re
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dev.mailcatcher.store import CaughtMail, Store
from dev.ports import HOST

HERE = Path(__file__).resolve().parent
HOSTS = ("localhost", "127.0.0.1")
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
# A mail may style itself, and a link in it opens outside the frame; nothing is fetched and no script runs.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors http://localhost:* http://127.0.0.1:*; sandbox allow-popups allow-popups-to-escape-sandbox"
)
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


def local_time(moment: datetime) -> str:
    """Write a moment as people in the Netherlands do: `22 nov 09:05`."""
    here = moment.astimezone(ZoneInfo("Europe/Amsterdam"))
    return f"{here.day} {MONTHS[here.month - 1]} {here:%H:%M}"


def with_links(text: str) -> Markup:
    """Escape a text and make its addresses clickable."""
    parts, end = [], 0
    for match in LINK.finditer(text):
        link = match.group()
        parts += [escape(text[end : match.start()]), Markup('<a href="{0}">{0}</a>').format(link)]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def preview(mail: CaughtMail) -> str:
    """Return the first words of a mail on one line."""
    return " ".join(mail.body("plain").split())[:140]


TEMPLATES = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
TEMPLATES.filters |= {"local_time": local_time, "with_links": with_links, "preview": preview}


def as_json(mail: CaughtMail) -> dict[str, object]:
    """Return a mail as `/messages.json` shows it."""
    return {
        "id": mail.number,
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.header("Subject"),
        "message_id": mail.header("Message-ID"),
        "received_at": mail.received_at.isoformat(),
        "text": mail.body("plain"),
        "html": mail.body("html"),
    }


def framed(html: str) -> str:
    """Return the styled form of a mail, with its links opening outside the frame."""
    return f'<!doctype html><base target="_blank">{html}'


class Pages(BaseHTTPRequestHandler):
    """Answers for one request; the server carries the store."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    server_version = "mail"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer by address: `/`, `/style.css`, `/messages.json`, `/messages/<n>` and `/messages/<n>/html`."""
        if self.headers.get("Host", "").partition(":")[0] not in HOSTS:
            self._send(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", "Alleen op deze computer te lezen.")
            return
        path = self.path.partition("?")[0]
        store = self.server.store
        if path == "/":
            self._page("list.html", mails=store.newest_first())
        elif path == "/style.css":
            self._send(HTTPStatus.OK, "text/css", (HERE / "style.css").read_text())
        elif path == "/messages.json":
            mails = json.dumps([as_json(mail) for mail in store.newest_first()], ensure_ascii=False)
            self._send(HTTPStatus.OK, "application/json", mails)
        else:
            self._message(path)

    def _message(self, path: str) -> None:
        match = re.fullmatch(r"/messages/([0-9]{1,9})(/html)?", path)
        mail = self.server.store.get(int(match[1])) if match else None
        if match is None or mail is None:
            self._page("missing.html", HTTPStatus.NOT_FOUND)
        elif match[2]:
            self._send(HTTPStatus.OK, "text/html", framed(mail.body("html")), MAIL_POLICY)
        else:
            self._page("message.html", mail=mail)

    def _page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> None:
        self._send(status, "text/html", TEMPLATES.get_template(template).render(**values))

    def _send(self, status: HTTPStatus, kind: str, text: str, policy: str = PAGE_POLICY) -> None:
        content = text.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(content)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: who got mail is nobody's business in a log."""


class Server(ThreadingHTTPServer):
    """The pages of one store, on the loopback address only."""

    daemon_threads = True

    def __init__(self, port: int, store: Store) -> None:
        self.store = store
        super().__init__((HOST, port), Pages)
