"""Examples of what frames a page and leads through the portal, and of the pages that tell of a fault."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from moka_secpolicy.style.examples import Example, state

HOME = reverse_lazy("home")
LAYOUT = [
    Example(
        "page-header",
        _("Page header"),
        _("One a page. The line above it says what the page belongs to, the line below what it is for."),
        "components/page_header.html",
        [
            state(_("Heading alone"), title=_("Training sessions")),
            state(
                _("With everything"),
                title=_("Information-security training"),
                above=_("Citizens' section"),
                lead=_("Everybody attends once a year. Choose a day that suits you."),
                status_kind="warning",
                status_text=_("Not attended yet"),
            ),
        ],
    ),
    Example(
        "breadcrumb",
        _("Breadcrumb"),
        _("Where the page lies. It stands at the top of every page but Home; the view gives the list."),
        "components/breadcrumb.html",
        [
            state(
                label=_("Where you are (example)"),
                breadcrumbs=[(_("Home"), HOME), (_("Training"), HOME), (_("Information-security training"), "")],
            )
        ],
        'context["breadcrumbs"] = [(_("Home"), reverse("home")), (heading, "")]',
    ),
    Example(
        "section",
        _("Section, panel and card"),
        _("A section divides a page. A panel sets aside what explains or filters. A card holds one thing of a list."),
        "style/_sections.html",
        [state()],
        '<section class="section" aria-labelledby="…"><h2 id="…">…</h2>…</section>',
    ),
    Example(
        "columns",
        _("Columns"),
        _("Two columns on a wide screen, one below the other on a narrow one."),
        "style/_columns.html",
        [state()],
        '<div class="columns"><div>…</div><div>…</div></div>',
    ),
    Example(
        "details",
        _("Folded details"),
        _("Long records, folded away until somebody wants them. Nothing a person must know hides here."),
        "style/_details.html",
        [state()],
        '<details class="details"><summary>…</summary>…</details>',
    ),
]

BUTTONS = [
    Example(
        "button",
        _("Button"),
        _("A button does something. The solid one is the one main act of a page, the red one deletes."),
        "style/_buttons.html",
        [state()],
        '<button class="button button--solid" type="submit">…</button>',
    ),
    Example(
        "button-small",
        _("Small button"),
        _("In the header and beside a list. It is still 44 pixels high."),
        "style/_buttons_small.html",
        [state()],
        '<button class="button button--outline button--small" type="submit">…</button>',
    ),
    Example(
        "actions",
        _("Row of actions"),
        _("The main act first, then the way back. No button is greyed out: pressed, it says what is missing."),
        "style/_actions.html",
        [state()],
        '<p class="actions">…</p>',
    ),
    Example(
        "link",
        _("Link"),
        _("A link goes somewhere. Its words make sense alone; “here” is no link. One that opens a tab says so."),
        "style/_links.html",
        [state()],
        '<a href="…">…</a>',
    ),
]

REQUEST_ID = "0f3c2b7e-5a41-4c1d-9a57-2f6f1c8f1d20"


def _fault(number: int, name: object, purpose: object, **values: object) -> Example:
    template = "500_body.html" if number == 500 else f"{number}.html"
    shown = state(frame="style/bare.html", request_id=REQUEST_ID, **values)
    return Example(
        f"error-{number}", name, purpose, template, [shown], f'render(request, "{number}.html", status={number})'
    )


ERRORS = [
    _fault(400, _("400: not understood"), _("The portal could not read the request.")),
    _fault(403, _("403: not allowed"), _("The person lacks the right that the page needs.")),
    _fault(
        404, _("404: not found"), _("There is no such page, or it is not this person's to see: the words are the same.")
    ),
    _fault(405, _("405: only a button"), _("An address that only a form sends to was opened by itself.")),
    _fault(
        409,
        _("409: refused by a rule"),
        _("An action said no. Its own sentence tells why."),
        sentence=_("This session is full. Choose another day."),
    ),
    _fault(429, _("429: too often"), _("Something was tried so often that it is not checked now.")),
    _fault(500, _("500: a fault"), _("The portal's own fault. The page needs neither database nor sign-in.")),
    _fault(503, _("503: not available"), _("The portal is closed for a while.")),
    Example(
        "form-expired",
        _("Page out of date"),
        _("A form that lay open for too long. Nothing of it was saved."),
        "form_expired.html",
        [state(frame="style/bare.html", request_id=REQUEST_ID)],
        'render(request, "form_expired.html", status=403)',
    ),
    Example(
        "form-kept",
        _("Form kept"),
        _("A form that arrived after the session had ended: it can be sent again with everything that was typed."),
        "form_kept.html",
        [
            state(
                frame="style/bare.html",
                request_id=REQUEST_ID,
                target="",
                entries=[("remarks", _("Kept on the server in the machine room."))],
                files=["report"],
            )
        ],
        'render(request, "form_kept.html", status=403)',
    ),
]
