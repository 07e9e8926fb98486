"""The style guide: every part of the screens in its states, for those who build or judge them. It keeps no state."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.formsets import ADD_ROW
from common.permissions import Permission, needs
from moka_secpolicy.style.examples import shown
from moka_secpolicy.style.sections import SECTIONS
from staff.requests import PortalRequest


@needs(Permission.VIEW_STYLE_GUIDE)
@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List the sections."""
    crumbs = [(_("Home"), reverse("home")), (_("Style guide"), "")]
    cards = [
        {"title": section.title, "text": section.lead, "url": reverse("style:section", args=[slug])}
        for slug, section in SECTIONS.items()
    ]
    return render(request, "style/index.html", {"cards": cards, "breadcrumbs": crumbs})


@needs(Permission.VIEW_STYLE_GUIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: PortalRequest, section: str) -> HttpResponse:
    """Show one section. What is sent to its sample form is checked and thrown away; elsewhere it is thrown away."""
    chosen = SECTIONS.get(section)
    if chosen is None:
        raise Http404
    sent = request.method == "POST"
    form = chosen.sample(request.POST if sent else None, request.FILES if sent else None) if chosen.sample else None
    context = {
        "section": chosen,
        "form": form,
        "examples": [shown(example, request) for example in chosen.examples],
        "was_tried": sent and ADD_ROW not in request.POST and (form is None or form.is_valid()),
        "breadcrumbs": [(_("Home"), reverse("home")), (_("Style guide"), reverse("style:index")), (chosen.title, "")],
    }
    is_wrong = sent and form is not None and not form.is_valid()
    return render(request, "style/section.html", context, status=400 if is_wrong else 200)
