"""Examples of what tells a person something: notifications, states, lists of things to do, progress, facts."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from moka_secpolicy.style.examples import Example, state

HERE = reverse_lazy("style:section", args=["progress"])
NOTIFICATIONS = [
    Example(
        "notification",
        _("Notification"),
        _("What just happened, or what to know before going on. What a view reports comes in this shape by itself."),
        "components/notification.html",
        [
            state(kind="info", text=_("The self-inspection begins on 1 June.")),
            state(kind="success", text=_("Your confirmation was recorded.")),
            state(kind="warning", text=_("Figures were changed after this PDF was built.")),
            state(kind="error", text=_("The file could not be read. Nothing was imported.")),
            state(
                _("Put in by htmx, so that it is read aloud"), kind="success", text=_("The PDF is ready."), live=True
            ),
        ],
    ),
    Example(
        "status-label",
        _("Status label"),
        _("How one thing stands, in a word and a shape."),
        "components/status_label.html",
        [
            state(kind="neutral", text=_("Draft")),
            state(kind="info", text=_("In progress")),
            state(kind="success", text=_("Done")),
            state(kind="warning", text=_("Due soon")),
            state(kind="error", text=_("Overdue")),
        ],
        is_small=True,
    ),
    Example(
        "todo-list",
        _("List of things to do"),
        _("Home's list: each entry is a link with its due date, and the whole card can be pressed."),
        "style/_todo.html",
        [state()],
        '<ul class="todo-list"><li class="todo-list__error"><a href="…">…</a><p class="todo-list__due">…</p></li></ul>',
    ),
    Example(
        "fact-grid",
        _("Figures of the state of things"),
        _("A few figures that lead to their lists: on Home, for whoever answers for a section or the city."),
        "style/_fact_grid.html",
        [state()],
        '<ul class="fact-grid"><li class="fact fact--warning"><a href="…">…</a><p class="fact__value">…</p></li></ul>',
    ),
    Example(
        "plain-list",
        _("Plain list"),
        _("Short entries with something quiet beside them."),
        "style/_plain_list.html",
        [state()],
        '<ul class="plain-list"><li><a href="…">…</a> <span class="quiet">…</span></li></ul>',
    ),
    Example(
        "empty-state",
        _("Empty state"),
        _("What a list says while it holds nothing: that this is right, and what to do next."),
        "components/empty_state.html",
        [
            state(
                _("With a next step"),
                title=_("No session is planned yet"),
                text=_("Plan the first one, and everybody concerned is told."),
                url=HERE,
                link_text=_("Plan a session"),
            ),
            state(_("Nothing to do"), title=_("Nothing is waiting for you now"), text=""),
        ],
    ),
    Example(
        "session-warning",
        _("Warning before the time is over"),
        _("It waits on every page and comes up at its lower edge: before the session ends, after it, and once back."),
        "style/_session.html",
        [state()],
        '{% include "components/session.html" %}',
    ),
]

PROGRESS = [
    Example(
        "progress",
        _("Progress"),
        _("A job that takes longer than a moment: what is being done, and how far it is."),
        "components/progress.html",
        [
            state(_("Begun"), id="progress-0", text=_("Waiting for the program that makes PDFs."), value=0),
            state(
                _("Half way, with a way to look again"),
                id="progress-50",
                text=_("Reading the file."),
                value=50,
                note=_("5,000 of 10,000 rows"),
                refresh_url=HERE,
            ),
            state(_("Length unknown"), id="progress-unknown", text=_("Looking for the records.")),
        ],
    ),
    Example(
        "download",
        _("Download"),
        _("The file a page is about, ahead of everything else."),
        "style/_download.html",
        [state()],
        '<div class="download"><h2>…</h2><ul class="facts">…</ul><p class="actions">…</p></div>',
    ),
    Example(
        "confirm",
        _("Asking before an act"),
        _("A page of its own: what will happen, whether it can be undone, and a way back."),
        "components/confirm.html",
        [
            state(
                _("Usual"),
                question=_("Publish this version?"),
                consequence=_("Everybody on the staff is asked to read it. It cannot be changed afterwards."),
                verb=_("Publish"),
                action="",
                cancel_url=HERE,
            ),
            state(
                _("Deleting"),
                question=_("Remove this session?"),
                consequence=_("The people enrolled are told. The history keeps it."),
                verb=_("Remove"),
                action="",
                cancel_url=HERE,
                danger=True,
                fields={"version": 3},
            ),
        ],
    ),
    Example(
        "definition-list",
        _("Facts about one thing"),
        _("Pairs of a term and its value. An empty value says “None”."),
        "components/definition_list.html",
        [
            state(
                entries=[
                    (_("Name"), _("Server of the register of residents")),
                    (_("Section"), _("Citizens' section")),
                    (_("Number of records"), "80,123"),
                    (_("Remarks"), ""),
                ]
            )
        ],
    ),
]
