"""A real PostgreSQL and a real Redis for development, demo and tests; production never imports this.

The servers are binaries out of two wheels (Redis also from the system) and keep everything below
``var/``: no system service, no fixed port, no shared password. Asking for an address starts the server
if it is not running; it then stays up until ``stop()`` (``make stop``).
"""

import os
from pathlib import Path

from . import postgres, redis
from .place import DevServerError, Place
from .postgres import DatabaseUrls

__all__ = ["DatabaseUrls", "DevServerError", "database_urls", "in_production", "redis_url", "running", "stop"]


def database_urls(var: Path | None = None) -> DatabaseUrls:
    """URLs of the embedded database for the portal (``app``) and for migrations (``owner``).

    ``var`` is the data folder (default: ``$MOKA_VAR``, else ``var/`` of the project). Raises
    DevServerError when the server cannot be started.
    """
    refuse_in_production()
    return postgres.ensure(Place.at(var))


def redis_url(var: Path | None = None) -> str:
    """URL of the embedded Redis; raises DevServerError when it cannot be started."""
    refuse_in_production()
    return redis.ensure(Place.at(var))


def in_production() -> bool:
    """Whether this is production, where nothing embedded ever starts."""
    return os.environ.get("MOKA_ENV") == "production"


def refuse_in_production() -> None:
    """Raise DevServerError in production."""
    if in_production():
        raise DevServerError("MOKA_ENV is production: nothing embedded starts. Set DATABASE_URL and REDIS_URL.")


def running(var: Path | None = None) -> list[str]:
    """Names of the embedded servers that run now, out of ``postgres`` and ``redis``."""
    place = Place.at(var)
    return [name for name, find in (("postgres", postgres.find), ("redis", redis.find)) if find(place)]


def stop(var: Path | None = None, only: tuple[str, ...] = ("postgres", "redis")) -> list[str]:
    """End the embedded servers named in ``only``; returns the names of those that were running."""
    place = Place.at(var)
    if not place.var.is_dir():
        return []
    with place.lock():
        stopped = [module.NAME for module in (postgres, redis) if module.NAME in only and module.end(place)]
        state = place.load()
        if set(state.session_started) & set(only):
            state.session_started = [name for name in state.session_started if name not in only]
            place.save(state)
    return stopped
