"""What in the registers still names departments that end."""

import datetime as dt
from collections.abc import Collection, Iterator
from urllib.parse import urlencode

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.registers import REGISTERS
from assets.screen import TITLES, department_names, register_url
from common import handover
from common.permissions import Permission


@handover.departments
def entries(codes: Collection[str], on: dt.date) -> Iterator[handover.Item]:
    """Yield how many entries held on the day `on` belong to each department that ends then, by register."""
    names = department_names(set(codes))
    for register in REGISTERS.values():
        held = register.model.objects.held_on(on).filter(department_code__in=list(codes)).order_by()
        counted = held.values_list("department_code").annotate(Count("pk"))
        for code, count in sorted(counted):
            words = ngettext(
                "%(register)s: %(n)s entry of %(department)s", "%(register)s: %(n)s entries of %(department)s", count
            )
            title = words % {"register": TITLES[register.name], "n": count, "department": names.get(code, code)}
            url = f"{register_url(register)}?{urlencode({'department': code})}"
            todo = _("Give them the department that looks after them from then on.")
            yield handover.Item(title, url, todo, Permission.VIEW_ASSETS)
