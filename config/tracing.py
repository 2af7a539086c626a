"""Sends traces by OpenTelemetry: which request led to which task and statements.

What it needs beyond the product itself is in `requirements/tracing.txt`, and is
imported only where a collector is named. What could name somebody or open something
stays here.
"""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.trace import Status
from opentelemetry.util import types

#: All that leaves the house of a span. Not the address that was asked for, which can
#: hold a link's secret, nor what a task or a statement was given.
TOLD = frozenset(
    (
        "http.method",
        "http.request.method",
        "http.route",
        "http.status_code",
        "http.response.status_code",
        "db.system",
        "db.system.name",
        "db.statement",
        "db.query.text",
        "celery.action",
        "celery.state",
        "celery.task_name",
        "messaging.destination",
        "messaging.message.id",
        "exception.type",
    )
)


def send_to(collector: str, *, release: str) -> None:
    """Trace requests, tasks and statements; send them to a collector (OTLP by HTTP)."""
    resource = Resource.create({SERVICE_NAME: "rollout", SERVICE_VERSION: release})
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(f"{collector.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(Discreet(exporter)))
    DjangoInstrumentor().instrument(tracer_provider=provider)
    PsycopgInstrumentor().instrument(tracer_provider=provider)
    CeleryInstrumentor().instrument(  # type: ignore[no-untyped-call]
        tracer_provider=provider
    )


class Discreet(SpanExporter):
    """Hands spans on without what a request, a task or a mistake carried."""

    def __init__(self, inner: SpanExporter) -> None:
        self.inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans, each reduced to what is told."""
        return self.inner.export([_reduced(one) for one in spans])

    def shutdown(self) -> None:
        """Stop sending."""
        self.inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self.inner.force_flush(timeout_millis)


def _reduced(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_told(span.attributes),
        events=[
            Event(one.name, _told(one.attributes), one.timestamp) for one in span.events
        ],
        kind=span.kind,
        # Its description quotes the row or the address.
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _told(attributes: types.Attributes) -> dict[str, types.AttributeValue]:
    return {key: value for key, value in (attributes or {}).items() if key in TOLD}
