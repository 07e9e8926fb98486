"""The Celery application and the whole beat schedule.

The database row is the job (see docs/adr/0001-the-row-is-the-job.md): a task only carries a row's key, so results
are ignored and a message may come twice or never.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moka_secpolicy.settings")

app = Celery("moka_secpolicy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "sweep-sheet-builds": {"task": "reports.sweep_builds", "schedule": 60.0, "options": {"expires": 55}},
}
