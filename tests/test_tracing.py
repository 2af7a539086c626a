"""A collector learns which request led to what, and nothing that it carried."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.environment import ROOT
from tests.processes import address_of_test_database

trace_service = pytest.importorskip(
    "opentelemetry.proto.collector.trace.v1.trace_service_pb2",
    reason="requirements/tracing.txt is not installed",
)

pytestmark = pytest.mark.slow

SECRET = "k" * 43
#: A page with a secret in its address, a statement that fails, and a task.
WORK = f"""
import django
django.setup()
from django.db import connection
from django.test import Client
from rollout.models import User
from rollout.tasks import carry_out_jobs

client = Client(HTTP_USER_AGENT="Jensens browser")
client.get("/accounts/login/?who=Jensen")
client.get("/l/{SECRET}/?who=Jensen")
User.objects.filter(email="jensen@example.org").exists()
try:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", ["Jensen"])
except Exception:
    pass
carry_out_jobs.apply()
"""


def spans_of(body: bytes) -> Iterator[Any]:
    request = trace_service.ExportTraceServiceRequest.FromString(body)
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            yield from scope.spans


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector's address, and what was sent to it."""
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()


def test_requests_tasks_and_statements_are_told_and_nothing_that_they_carried(
    collector, transactional_db
):
    address, received = collector
    subprocess.run(
        [sys.executable, "-c", WORK],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": address_of_test_database(),
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
        },
        check=True,
        timeout=60,
    )

    spans = [span for body in received for span in spans_of(body)]
    names = {one.name for one in spans}
    assert {
        "GET accounts/login/",
        "run/rollout.tasks.carry_out_jobs",
        "SELECT",
    } <= names
    [failed] = [one for one in spans if one.status.code == 2 and one.name == "SELECT"]
    assert not failed.status.message
    everything = b"".join(received)
    for word in (SECRET, "Jensen", "jensen@example.org"):
        assert word.encode() not in everything
