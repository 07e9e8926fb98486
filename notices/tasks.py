"""Celery's doors into this app."""

from celery import shared_task

from notices import sending


@shared_task(name="notices.send_mails")
def send_mails() -> None:
    """Send the mails that are due."""
    sending.send_mails()


@shared_task(name="notices.sweep")
def sweep() -> None:
    """Find mails that nobody rang for, or whose worker died."""
    sending.sweep()
