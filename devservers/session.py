"""A stretch of work after which only those servers run that ran before it.

Several sessions may overlap (a demo in one terminal, tests in another): each holds a shared lock, and the
last one to leave stops what sessions started. Servers that something outside a session started stay up.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from . import database_urls, in_production, redis_url, running, stop
from .place import Place, opened, try_lock

STARTERS = (("postgres", "DATABASE_URL", database_urls), ("redis", "REDIS_URL", redis_url))


@contextmanager
def session(var: Path | None = None) -> Iterator[None]:
    """Start the servers that no environment variable replaces; the last session to leave stops them."""
    place = Place.at(var)
    place.make()
    with opened(place.var / "sessions.lock") as users:
        while not try_lock(users, shared=True):
            time.sleep(0.02)
        try:
            for name, variable, start in STARTERS:
                if not os.environ.get(variable) and not in_production():
                    _begin(place, name, start)
            yield
        finally:
            if try_lock(users):
                left = place.load().session_started
                if left:
                    stop(place.var, only=tuple(left))


def _begin(place: Place, name: str, start: Callable[[Path], object]) -> None:
    """Start one server, noting beforehand that it has to end again."""
    if name not in running(place.var):
        with place.lock():
            state = place.load()
            state.session_started = sorted({*state.session_started, name})
            place.save(state)
    start(place.var)
