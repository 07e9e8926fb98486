"""The Celery application and the whole beat schedule.

The database row is the job (see docs/adr/0001-the-row-is-the-job.md): a task only carries a row's key, so results
are ignored and a message may come twice or never.
"""

import os
from typing import Any

from celery import Celery, Task

from common.request_context import RequestContext, use

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moka_secpolicy.settings")


class RequestTask(Task):
    """A task that works in the name of the request that rang for it: its log lines and events carry that id."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task; one that a timer started has no request."""
        with use(RequestContext(self.request.get("request_id") or "")):
            return super().__call__(*args, **kwargs)


app = Celery("moka_secpolicy", task_cls=RequestTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "sweep-mails": {"task": "notices.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "sweep-sheet-builds": {"task": "reports.sweep_builds", "schedule": 60.0, "options": {"expires": 55}},
    "sweep-links": {"task": "accounts.send_links", "schedule": 60.0, "options": {"expires": 55}},
    "tidy-accounts": {"task": "accounts.tidy", "schedule": 86400.0, "options": {"expires": 86000}},
    "clean-up": {"task": "staff.clean_up", "schedule": 3600.0, "options": {"expires": 3500}},
}
