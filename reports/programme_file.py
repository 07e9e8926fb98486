"""The programme file: the one validator of a programme, for the import command and the officers' screens.

``parse`` reads the bytes of a file, ``check`` the data of a screen, ``to_json`` writes a document as a file.
All problems are found in one run, each with its place. docs/programme-file.md is the description for people.
"""

import json
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from reports.programme_checks import JsonObject, Node
from reports.programme_document import FILE_BYTES_MAX, Document
from reports.programme_problems import Problem, Problems, ProgrammeFileInvalid
from reports.programme_rules import read_document

__all__ = ["Document", "Problem", "ProgrammeFileInvalid", "check", "parse", "to_json"]

SAFE_INTEGER_CHARACTERS = 18


def parse(raw: bytes) -> Document:
    """Return the document in the bytes of a programme file (UTF-8, with or without BOM, at most 2 MB).

    Raises ``ProgrammeFileInvalid`` with every problem found.
    """
    return check(_load(_decode(raw)))


def check(data: object) -> Document:
    """Return ``data`` as a complete document: missing optional keys filled, years as int, numbers as Decimal.

    ``data`` is what JSON gives, or a document; a checked document comes back equal. Texts stay as given.
    Raises ``ProgrammeFileInvalid`` with every problem found.
    """
    problems = Problems()
    document = read_document(Node(data, problems=problems))
    problems.raise_if_any()
    return document


def to_json(document: Document) -> str:
    """Return the document as the text of a programme file; ``parse`` gives back the same document."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False, default=_json_number) + "\n"


def _json_number(value: object) -> int | float:
    """Write a Decimal exactly: its 14 digits at most are fewer than the 15 any float keeps."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in a programme file")
    return int(value) if value == value.to_integral_value() else float(value)


def _refuse(message: str) -> ProgrammeFileInvalid:
    return ProgrammeFileInvalid([Problem("", message)])


def _decode(raw: bytes) -> str:
    if len(raw) > FILE_BYTES_MAX:
        raise _refuse(_("The file is larger than %(bytes)s bytes.") % {"bytes": FILE_BYTES_MAX})
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refuse(
            _("Line %(line)s is not UTF-8. Save the file as UTF-8, not as Shift_JIS or UTF-16.") % {"line": line}
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refuse(_("Line %(line)s holds a NUL character: the file is damaged or not UTF-8.") % {"line": line})
    if not text.strip():
        raise _refuse(_("The file is empty."))
    return text


def _load(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=JsonObject,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_decimal,
        )
    except json.JSONDecodeError as error:
        raise _refuse(
            _(
                "Not valid JSON at line %(line)s, column %(column)s: look there and just before "
                "for a missing quotation mark, comma or bracket."
            )
            % {"line": error.lineno, "column": error.colno}
        ) from None
    except RecursionError:
        raise _refuse(_("The brackets of the file are nested too deeply.")) from None


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= SAFE_INTEGER_CHARACTERS else _decimal(digits)


def _decimal(text: str) -> Decimal:
    """Return the exact number; one beyond what Decimal holds is an infinity, which the checks refuse."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")
