"""`python -m config.probe web|events|worker|beat`: is this container's process healthy?

Exit status 0 means yes. Each probe asks the process to do a little of its real work.
"""

import http.client
import json
import os
import socket
import sys
import time

from celery.exceptions import OperationalError
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerError

from config.celery import app

ANSWER_SECONDS = 5
# Beat turns at least as often as its most frequent entry is due.
BEAT_SECONDS = 60


def web() -> bool:
    """Say whether the web server answers and reaches its database."""
    return pages_answer(int(os.environ.get("PORT", "8000")))


def pages_answer(port: int) -> bool:
    """Say whether the web server on this machine's ``port`` can show pages.

    Mail at a standstill is no fault of it: it must keep its pages.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return bool(json.load(connection.getresponse()).get("database") == "ok")
    except (OSError, ValueError):
        return False
    finally:
        connection.close()


def events() -> bool:
    """Say whether the server for listeners answers."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(os.environ.get("PORT", "8001")), timeout=ANSWER_SECONDS
    )
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def worker() -> bool:
    """Say whether this host's worker answers a message sent through the broker."""
    name = os.environ.get("WORKER_NAME", f"celery@{socket.gethostname()}")
    try:
        return bool(app.control.ping(destination=[name], timeout=ANSWER_SECONDS))
    except (BrokerError, OperationalError, OSError):
        return False


def beat() -> bool:
    """Say whether beat has turned lately."""
    try:
        turned = settings.BEAT_ALIVE_FILE.stat().st_mtime
    except FileNotFoundError:
        return False
    return time.time() - float(turned) < BEAT_SECONDS


PROBES = {"web": web, "events": events, "worker": worker, "beat": beat}


def main() -> None:
    """Run the probe named on the command line."""
    if len(sys.argv) != 2 or sys.argv[1] not in PROBES:
        sys.exit(f"usage: python -m config.probe {'|'.join(PROBES)}")
    healthy = PROBES[sys.argv[1]]()
    print("healthy" if healthy else "unhealthy")  # noqa: T201 (for the operator)
    sys.exit(0 if healthy else 1)


if __name__ == "__main__":
    main()
