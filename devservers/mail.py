"""A real mail server for the demo: it takes every mail and keeps it in ``var/mail``, and sends nothing anywhere."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Writes each mail as a file of its own, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one mail."""
        content: Any = envelope.content
        name = f"{time.time_ns()}.eml"
        draft = self.folder / f".{name}"
        draft.write_bytes(content)
        draft.rename(self.folder / name)
        return "250 OK"


def main(folder: str, port: str) -> None:
    """Serve on 127.0.0.1 until ended."""
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    controller = Controller(Keeper(path), hostname="127.0.0.1", port=int(port))
    controller.start()
    asyncio.new_event_loop().run_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
