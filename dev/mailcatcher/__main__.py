"""Catch mail until stopped: ``python -m dev.mailcatcher --smtp-port N --page-port N --folder PATH``."""

import argparse
import asyncio
import threading
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from dev.mailcatcher.pages import Server
from dev.mailcatcher.store import Store
from dev.ports import HOST


class Catcher:
    """What the mail server does with a mail: keep it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer 250 only when the mail is on disk."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        self._store.add(envelope.mail_from or "", envelope.rcpt_tos, raw)
        return "250 OK"


async def serve(smtp_port: int, page_port: int, folder: Path) -> None:
    """Run both servers until the process is stopped."""
    store = Store(folder)
    pages = Server(page_port, store)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    loop = asyncio.get_running_loop()
    catcher = Catcher(store)
    server = await loop.create_server(
        lambda: SMTP(catcher, hostname="localhost", ident="mail", enable_SMTPUTF8=True, loop=loop), HOST, smtp_port
    )
    await server.serve_forever()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m dev.mailcatcher")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--page-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    asyncio.run(serve(given.smtp_port, given.page_port, given.folder))


if __name__ == "__main__":
    main()
