"""Celery's doors into this app."""

from celery import shared_task

from staff import retention


@shared_task(name="staff.clean_up")
def clean_up() -> None:
    """Delete what is kept for a time only."""
    retention.clean_up()
