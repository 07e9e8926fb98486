"""Changing programmes, and asking for, making and handing out the PDF of a sheet."""

import copy
import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from common.bell import ring
from common.canonical import sha256_of
from common.errors import Refused
from common.files import load
from common.fiscal_year import fiscal_year_of
from reports import snapshot
from reports.contents import INDICATOR_KEYS, TEXT_KEYS, changes_between, document_of, places_of
from reports.models import PDF, Cost, EvaluationSheet, FigureKind, Indicator, IndicatorValue, Programme, SheetBuild
from reports.programme_document import Indicator as Line
from reports.programme_file import Document, check
from staff.models import Staff


class Saved(NamedTuple):
    """What saving a programme did: the programme, whether it is new, and how many contents changed."""

    programme: Programme
    added: bool
    changes: int


@transaction.atomic
def save_programme(*, by: Staff, document: Document, expected_revision: int | None = None) -> Saved:
    """Make the programme `document["code"]` hold exactly what the checked `document` says; all or nothing.

    Saving what is already there changes nothing and writes no event. Raises `Refused` when somebody saved since
    `expected_revision`, or when a sheet that has been built would be removed.
    """
    programme = Programme.objects.select_for_update().filter(code=document["code"]).first()
    added = programme is None
    before = {} if programme is None else places_of(document_of(programme))
    if programme and expected_revision not in (None, programme.revision):
        raise Refused(_("Somebody else saved this programme while you were editing. Compare and save again."))
    changes = changes_between(before, places_of(document))
    if programme and not changes:
        return Saved(programme, added=False, changes=0)
    programme = _write(programme or Programme(code=document["code"], revision=0), document)
    record(
        by=by,
        action="reports.save_programme",
        on=programme,
        data={"revision": programme.revision, "changes": changes},
    )
    return Saved(programme, added, len(changes))


def _write(programme: Programme, document: Document) -> Programme:
    programme.name = document["name"]
    programme.texts = {key: document[key] for key in TEXT_KEYS}  # type: ignore[literal-required]
    programme.revision += 1
    programme.save()
    _write_indicators(programme, document)
    _write_costs(programme, document)
    _write_sheets(programme, document)
    return programme


def _write_indicators(programme: Programme, document: Document) -> None:
    kept = []
    for line in document["indicators"]:
        indicator, _created = programme.indicators.update_or_create(
            group=line["group"],
            slot=line["slot"],
            defaults={key: line[key] for key in INDICATOR_KEYS},  # type: ignore[literal-required]
        )
        kept.append(indicator.pk)
        indicator.values.all().delete()
        IndicatorValue.objects.bulk_create(_values(indicator, line))
    programme.indicators.exclude(pk__in=kept).delete()


def _values(indicator: Indicator, line: Line) -> Iterator[IndicatorValue]:
    for kind in FigureKind.values:
        for year, value in line[kind].items():  # type: ignore[literal-required]
            yield IndicatorValue(indicator=indicator, fiscal_year=year, kind=kind, value=value)
    for year, override in line["override"].items():
        yield IndicatorValue(indicator=indicator, fiscal_year=year, kind=IndicatorValue.OVERRIDE, **override)


def _write_costs(programme: Programme, document: Document) -> None:
    programme.costs.all().delete()
    Cost.objects.bulk_create(
        Cost(programme=programme, fiscal_year=year, kind=kind, **amounts)
        for year, kinds in document["costs"].items()
        for kind, amounts in kinds.items()
    )


def _write_sheets(programme: Programme, document: Document) -> None:
    gone = programme.sheets.exclude(fiscal_year__in=[sheet["fiscal_year"] for sheet in document["sheets"]])
    if gone.filter(builds__isnull=False).exists():
        raise Refused(_("A sheet that has been built cannot be removed: its PDF would lose its source."))
    gone.delete()
    for sheet in document["sheets"]:
        contents = {key: sheet[key] for key in ("era_style", "done", "planned")}
        programme.sheets.update_or_create(fiscal_year=sheet["fiscal_year"], defaults=contents)


@transaction.atomic
def open_next_sheet(*, by: Staff, programme: Programme, fiscal_year: int, on: dt.date) -> EvaluationSheet:
    """Open the sheet of `fiscal_year`, the programme's `next_sheet_year`; return it when it is there already.

    Texts, indicators and their lines belong to the programme and carry over, and so does the newest sheet's plan, for
    the officer to go over; what was done is still to be written. Raises `Refused` for another year and one not begun.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    if there := programme.sheets.filter(fiscal_year=fiscal_year).first():
        return there
    if fiscal_year > fiscal_year_of(on):
        raise Refused(_("The next fiscal year has not begun yet. Its sheet can be opened once it has."))
    if fiscal_year != programme.next_sheet_year(on):
        raise Refused(_("The sheets follow one another year by year. Go back and open the next one."))
    raw: Any = copy.deepcopy(document_of(programme))
    newest = raw["sheets"][-1] if raw["sheets"] else {"planned": [], "era_style": EvaluationSheet.Style.ERA.value}
    carried = {"planned": newest["planned"], "era_style": newest["era_style"]}
    raw["sheets"].append({"fiscal_year": fiscal_year, "done": [], **carried})
    save_programme(by=by, document=check(raw), expected_revision=programme.revision)
    return programme.sheets.get(fiscal_year=fiscal_year)


@transaction.atomic
def request_build(
    *,
    by: Staff,
    sheet: EvaluationSheet,
    at: dt.datetime | None = None,
    archive: bool = False,
    here: bool = False,
) -> SheetBuild:
    """Ask for the PDF of `sheet` as it stands at `at` (aware; now when left out); a worker makes it after commit.

    `here` says that the caller makes it itself, so no worker is rung for.
    """
    taken = snapshot.take(sheet, by=by, at=at or timezone.now())
    build = SheetBuild.objects.create(
        sheet=sheet, snapshot=taken, snapshot_sha256=sha256_of(taken), archive=archive, requested_by=by
    )
    data = {"sheet": sheet.pk, "snapshot_sha256": build.snapshot_sha256, "archive": archive}
    record(by=by, action="reports.request_build", on=build, data=data)
    if not here:
        ring("reports.build_sheet", build.pk)
    return build


@transaction.atomic
def download(*, by: Staff, build: SheetBuild) -> bytes:
    """Return the PDF of `build` and record who fetched it; raises `Refused` unless it is ready.

    Raises `common.files.FileDamaged` when the stored file is not the one that was built.
    """
    if build.state != SheetBuild.State.DONE:
        raise Refused(_("This PDF is not ready yet."))
    content = load(build.file_sha256, PDF)
    record(by=by, action="reports.download", on=build, data={"file_sha256": build.file_sha256})
    return content


@transaction.atomic
def export_programme(*, by: Staff, programme: Programme) -> Document:
    """Return the checked document of `programme` and write down that `by` takes it away as a file."""
    document = check(document_of(programme))
    record(by=by, action="reports.export_programme", on=programme, data={"revision": programme.revision})
    return document
