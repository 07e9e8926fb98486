"""The wiring of the portal. Imported by nobody but Django and Celery."""

from moka_secpolicy.celery import app as celery_app

__all__ = ["celery_app"]
