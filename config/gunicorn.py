"""How the web server runs: `gunicorn -c python:config.gunicorn config.wsgi`."""

import multiprocessing
import os
import tempfile
from itertools import count
from typing import Any

from config.collector import spare_the_collector
from config.logs import logging_to_stderr

host = os.environ.get("HOST", "127.0.0.1")
port = os.environ.get("PORT", "8000")
bind = f"{host}:{port}"
workers = int(os.environ.get("WEB_WORKERS", min(4, multiprocessing.cpu_count())))
threads = 4
worker_class = "gthread"
timeout = 30
graceful_timeout = 10
# A fresh process now and then, not all at once: a leak stays small.
max_requests = 5000
max_requests_jitter = 500
# Another door to the server would be one more to guard.
control_socket_disable = True
# Requests are logged by config.requests, with ids and without query strings.
accesslog = None
# The server's own lines are like all others.
logconfig_dict = logging_to_stderr(
    level=os.environ.get("LOG_LEVEL", "INFO"), for_people=False
)
logconfig_dict["loggers"]["gunicorn.error"] = {"handlers": [], "propagate": True}
# Before any worker starts: its processes share their request times through files.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")


def post_worker_init(worker: Any) -> None:
    """Let the collector of garbage leave alone what lasts as long as the process."""
    spare_the_collector()


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the lowest number that no other has who lives."""
    taken = {other.number for other in server.WORKERS.values()}
    worker.number = next(number for number in count(1) if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Let it go on in the file of request times of who had its number before.

    A file for each process that ever was would be one more to read at each scrape.
    """
    os.environ["WEB_WORKER_NUMBER"] = str(worker.number)
