"""What the entries of an event's data are called on the auditors' page; a field of the object is called by its name."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.wording import place_of

TERMS: dict[str, Any] = {
    "about": _("About"),
    "above": _("Department above"),
    "changes": _("Changes"),
    "code": _("Code"),
    "counts": _("Counts"),
    "department": _("Department"),
    "ended": _("Sessions ended"),
    "factor": _("Number of the factor"),
    "failure": _("Reason"),
    "filter": _("Filters"),
    "full": _("Full list"),
    "head": _("Head"),
    "identity": _("Hash of the identity"),
    "kind": _("Kind"),
    "known_device": _("Known device"),
    "language": _("Language"),
    "last_day": _("Last day"),
    "left": _("Left over"),
    "level": _("Level"),
    "linked_to": _("Linked to"),
    "list": _("List"),
    "method": _("Way of signing in"),
    "name": _("Name"),
    "number": _("Number"),
    "on": _("As of"),
    "pages": _("Pages"),
    "people": _("People concerned"),
    "person": _("Person"),
    "readers": _("People who must read"),
    "reason": _("Reason"),
    "register": _("Register"),
    "removed": _("Removed"),
    "revision": _("Revision"),
    "role": _("Role"),
    "rows": _("Rows"),
    "session": _("Number of the session"),
    "sha256": _("SHA-256 of the file"),
    "sheet": _("Number of the sheet"),
    "snapshot_sha256": _("SHA-256 of the snapshot"),
    "temporary_until": _("Temporary until"),
    "text_sha256": _("SHA-256 of the text"),
    "uid": _("Person (uid)"),
    "valid_from": _("From"),
    "valid_to": _("To"),
    "withdrawn": _("Taken back whole"),
}


def term_of(label: str, key: str) -> str:
    """Return what an entry is called; `label` is the kind of object that the event is about."""
    return str(TERMS[key]) if key in TERMS else place_of(label, key)
