"""For the end of which fiscal year the hand-over checklist is shown."""

from django.utils.translation import gettext_lazy as _

from common.fields import YearField
from common.listing import ListForm


class YearForm(ListForm):
    """A fiscal year; empty is the running one."""

    year = YearField(label=_("End of the fiscal year"))
