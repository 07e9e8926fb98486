"""Numbers as a Japanese city prints them: 1,096, ▲12.5, 0, and nothing where there is no figure."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

CENT = Decimal("0.01")


def format_number(value: Decimal | str | int | None) -> str:
    """Return ``value`` with comma groups, at most two decimals, no trailing zeros and ▲ before a negative.

    ``None`` and the empty string give an empty string; zero gives ``0``. A third decimal is rounded half up.
    Raises ``ValueError`` for anything that is no finite number.
    """
    if value is None or value == "":
        return ""
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"not a number: {value!r}") from None
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    digits = f"{_round(number.copy_abs()):,f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"▲{digits}" if number < 0 and digits != "0" else digits


def _round(number: Decimal) -> Decimal:
    digits, exponent = number.as_tuple().digits, number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -2:
        return number
    with localcontext(prec=len(digits) + 3):
        return number.quantize(CENT, rounding=ROUND_HALF_UP)
