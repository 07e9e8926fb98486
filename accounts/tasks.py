"""Celery's doors into this app."""

from celery import shared_task

from accounts import links, tidying


@shared_task(name="accounts.send_links")
def send_links() -> None:
    """Mail the one-time links that wait."""
    links.send_waiting()


@shared_task(name="accounts.tidy")
def tidy() -> None:
    """Delete what is kept for a time only."""
    tidying.tidy()
