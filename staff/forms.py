"""What people choose about themselves."""

from django import forms
from django.conf import settings


class LanguageForm(forms.Form):
    """The language switch: a language, and the page to come back to."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = forms.CharField(required=False, max_length=2000)
