"""What is to happen when people's mail addresses change: filled by the app above this one that mails them."""

from collections.abc import Callable, Iterable

from staff.models import Staff

Change = tuple[Staff, str]
"""A person, with the new address, and the old address."""
Listener = Callable[[Iterable[Change]], None]
_listeners: list[Listener] = []


def when_changed(listener: Listener) -> Listener:
    """Register what is called with the changes, inside the transaction that makes them."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def changed(changes: Iterable[Change]) -> None:
    """Say, inside the transaction, which addresses have changed; the old ones are told once it has committed."""
    found = [(person, old) for person, old in changes if old != person.email]
    for listener in _listeners if found else ():
        listener(found)
