"""`manage.py sweep`: what beat does every minute and every day, by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts import links, tidying
from notices import sending
from reports import production


class Command(BaseCommand):
    """Ring again for work that was forgotten."""

    help = "Ring again for builds and mails that wait or whose worker died; give up those out of attempts."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once."""
        tidying.tidy()
        self.stdout.write(
            f"{production.sweep()} rung again, {sending.sweep()} mails wait, {links.send_waiting()} links wait."
        )
