"""Start-up of the ground all apps stand on."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommonConfig(AppConfig):
    """Finds what each app tells about itself.

    `home.py` fills the home page and the page of a person, `events.py` names what stands in the trail, `handover.py`
    finds unfinished work.
    """

    name = "common"

    def ready(self) -> None:
        """Import the `home.py`, the `events.py` and the `handover.py` of every app."""
        autodiscover_modules("home", "events", "handover")
