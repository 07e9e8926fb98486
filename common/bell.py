"""Ring a task by its name after the transaction commits.

The row is the job and the bell only makes it start sooner: when Redis does not answer, the request goes on, a
line is logged, and the sweep finds the row within a minute. So ringing never raises; a Redis that is down costs
milliseconds, and one that takes the connection and then says nothing costs twice PATIENCE_SECONDS. The worker's own
connections wait longer, as they must.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError
from kombu.pools import producers

from common import request_context

PATIENCE_SECONDS = 0.4
PATIENCE = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
logger = logging.getLogger(__name__)


def ring(task: str, *args: int | str) -> None:
    """Send the task named `task` with `args` once the current transaction has committed (now, outside of one)."""
    transaction.on_commit(partial(_send, task, args))


def _send(task: str, args: tuple[int | str, ...]) -> None:
    headers = {"request_id": request_context.current().request_id}
    connection = current_app.connection_for_write(transport_options=PATIENCE)
    try:
        with producers[connection].acquire(block=True, timeout=PATIENCE_SECONDS) as producer:
            current_app.send_task(
                task, args=args, headers=headers, producer=producer, retry=True, retry_policy=ONCE_MORE
            )
    except (KombuError, OSError) as error:
        logger.warning("The broker did not take %s%r; the sweep will find the row: %s", task, args, error)
