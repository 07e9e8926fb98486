"""Start-up of sign-in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Mails the old address when a person's mail address changes, wherever that is done."""

    name = "accounts"

    def ready(self) -> None:
        """Register with `staff.mail_addresses`."""
        from accounts.letters import mail_addresses_changed
        from staff.mail_addresses import when_changed

        when_changed(mail_addresses_changed)
