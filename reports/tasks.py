"""Celery's doors into this app: a task carries a row's key and calls one function."""

from celery import shared_task

from reports import production


@shared_task(name="reports.build_sheet")
def build_sheet(build_id: int) -> None:
    """Make the PDF of one build."""
    production.produce(build_id)


@shared_task(name="reports.sweep_builds")
def sweep_builds() -> None:
    """Find builds that nobody rang for, or whose worker died."""
    production.sweep()
