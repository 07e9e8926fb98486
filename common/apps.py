"""Start-up of the ground all apps stand on."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommonConfig(AppConfig):
    """Finds each app's `home.py`, which fills the home page."""

    name = "common"

    def ready(self) -> None:
        """Import the `home.py` of every app."""
        autodiscover_modules("home")
