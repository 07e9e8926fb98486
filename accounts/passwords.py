"""Which passwords are good enough, after NIST SP 800-63B-4: long, not easily guessed, and no rule of composition.

The lengths and the words of the place are settings. A password is measured by what remains of it once every word that
an attacker of this city would try first is taken out.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff.models import Staff

LENGTH_MAX = 128
REST_MIN = 8
DIFFERENT_MIN = 5
KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
BETWEEN_WORDS = re.compile(r"[\W_]+")
WORD_MIN = 2
UNAMBIGUOUS = "bcdfghjkmnpqrstvwxyz23456789"
"""No vowel, so that no word appears by chance, and nothing that looks like something else in print: l, 1, i, o, 0."""
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(person: Staff | None) -> bool:
    """Tell whether the person signs in with something besides the password."""
    return bool(
        person and person.pk and Authenticator.objects.filter(user_id=person.pk, type__in=SECOND_FACTORS).exists()
    )


def shortest(person: Staff | None) -> int:
    """Return how many characters a password of this person needs."""
    if has_second_factor(person):
        return int(settings.PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR)
    return int(settings.PASSWORD_MIN_LENGTH)


def rules(person: Staff | None) -> list[str]:
    """Return the rules in words, as they are told before somebody types."""
    return [
        ngettext("At least %(count)d character.", "At least %(count)d characters.", shortest(person))
        % {"count": shortest(person)},
        _("Any characters, blanks too. Several words that have nothing to do with each other are easy to remember."),
        _("No password that many people use, and not only names, numbers or words of this city and this portal."),
    ]


def temporary_password() -> str:
    """Return a random password to be typed once from paper: four groups of four unambiguous characters, 76 bits."""
    return "-".join("".join(secrets.choice(UNAMBIGUOUS) for _place in range(4)) for _group in range(4))


class LengthValidator:
    """The shortest length depends on the second factor; the longest keeps hashing cheap."""

    def validate(self, password: str, user: Staff | None = None) -> None:
        """Raise `ValidationError` for a password that is too short or too long."""
        if len(password) < shortest(user):
            raise ValidationError(
                ngettext(
                    "The password is too short: it needs at least %(count)d character.",
                    "The password is too short: it needs at least %(count)d characters.",
                    shortest(user),
                ),
                code="password_too_short",
                params={"count": shortest(user)},
            )
        if len(password) > LENGTH_MAX:
            raise ValidationError(
                _("The password is too long: it may have at most %(count)d characters."),
                code="password_too_long",
                params={"count": LENGTH_MAX},
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return rules(None)[0]


class GuessableValidator:
    """Refuses what consists of the person's own data, words of the place, or a few characters over and over."""

    def validate(self, password: str, user: Staff | None = None) -> None:
        """Raise `ValidationError` when too little remains without those words."""
        typed = rest = _compared(password)
        for word in sorted(_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < min(REST_MIN, len(typed)):
            raise ValidationError(
                _("The password is easily guessed: it consists of names, numbers or words of this city or portal."),
                code="password_of_context_words",
            )
        if len(set(typed)) < DIFFERENT_MIN:
            raise ValidationError(
                _("The password is easily guessed: it repeats the same few characters."), code="password_repeats"
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return rules(None)[2]


def _words(person: Staff | None) -> set[str]:
    """Return the words of the place and of the person, in the form in which they are compared."""
    words: list[str] = [*settings.PASSWORD_CONTEXT_WORDS, settings.CITY_NAME]
    if person is not None:
        mail, _at, _host = person.email.partition("@")
        words += [person.employee_number, mail, *_parts(person.name), *_parts(person.kana), *BETWEEN_WORDS.split(mail)]
    return {word for word in map(_compared, words) if len(word) >= WORD_MIN}


def _parts(name: str) -> Iterable[str]:
    return [name, *name.split()]


def _compared(text: str) -> str:
    """Return a text without width, case, kind of kana and blanks."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(KATAKANA_TO_HIRAGANA)
    return "".join(plain.split())
