"""`manage.py encrypt_factors_again`: encrypt the secrets of second factors with the first key, so others can go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.factor_secrets import encrypt_again
from common.errors import Refused


class Command(BaseCommand):
    """Encrypt every stored secret again; all or none."""

    help = "Encrypt the secrets of all second factors with the first key of MFA_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Encrypt, and print how many there were."""
        try:
            count = encrypt_again()
        except Refused as error:
            raise CommandError("No key of MFA_ENCRYPTION_KEYS fits one of the secrets. Nothing was changed.") from error
        self.stdout.write(f"{count} secrets encrypted with the first key")
