"""Searching people by name or ふりがな: what is typed and what is stored are folded in the same way, by the database.

Width is folded, katakana becomes hiragana, capitals become small, blanks go, and a rare form of a kanji counts as its
usual one (髙 as 高). Only the key of the search is folded; a stored name stays as given.
"""

from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower

KATAKANA = "".join(map(chr, range(0x30A1, 0x30F7)))
HIRAGANA = "".join(map(chr, range(0x3041, 0x3097)))
RARE = "髙﨑𠮷德瀨濵濱邊邉齋齊斎澤嶋嶌廣國櫻惠眞壽龍冨柗槇栁彌"
USUAL = "高崎吉徳瀬浜浜辺辺斉斉斉沢島島広国桜恵真寿竜富松槙柳弥"
UNSEEN = r"[\s\uFE00-\uFE0F\U000E0100-\U000E01EF]"
"""Blanks, and the marks that choose a form of a kanji."""


def folded(text: Any) -> Func:
    """Return the expression of `text`, itself an expression, as the search compares it."""
    plain = Func(text, template="NORMALIZE(%(expressions)s, NFKC)")
    seen = Func(Lower(plain), Value(UNSEEN), Value(""), Value("g"), function="REGEXP_REPLACE")
    usual = (Value(KATAKANA + RARE), Value(HIRAGANA + USUAL))
    return Func(seen, *usual, function="TRANSLATE", output_field=models.TextField())


def search_key() -> Func:
    """Return the key of a person: ふりがな, then the name; it sorts by ふりがな too."""
    both = Func(F("kana"), Value("|"), F("name"), template="(%(expressions)s)", arg_joiner=" || ")
    return folded(both)
