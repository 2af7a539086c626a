"""What is reported, what is known, and what money comes from outside."""

from __future__ import annotations

from rollout.models import (
    DataRequest,
    Grant,
    Measurement,
    MonitoringRound,
)
from rollout.plans import keys
from rollout.plans.kinds.shared import NUMBER, RESPONSIBLE
from rollout.plans.schema import Kind, fields_of, implied, key

MONITORING_ROUND = Kind(
    "monitoring_round",
    "monitoring_rounds",
    MonitoringRound,
    "When values are collected and reported, by agreement with LBF.",
    fields_of(
        MonitoringRound,
        key("title", "What the round is called."),
        key("kind", "What is reported."),
        key("period_start", "The first day that the report covers."),
        key("period_end", "The last day that the report covers."),
        key("due", "When it must be handed in.", column="due_on", may_be_relative=True),
        key("recurrence", "How often it comes back."),
        RESPONSIBLE,
        key("state", "Where it stands when first entered.", is_once=True),
        key(
            "agreed_on",
            "When LBF agreed; only with the state.",
            is_once=True,
            may_be_relative=True,
        ),
    ),
    keys.of(
        "kind", "title", "period_start", form="{kind}: {title} (from {period_start})"
    ),
)


DATA_REQUEST = Kind(
    "data_request",
    "data_requests",
    DataRequest,
    "Values that the round asks of partners.",
    fields_of(
        DataRequest,
        key("indicator", "The indicator."),
        key("place", "The place; left out for all together."),
        key("partner", "The partner that is asked."),
        RESPONSIBLE,
        key("period_start", "The first day of the number, if not the round's own."),
        key("period_end", "The last day of the number, if not the round's own."),
        key("question", "The question in words."),
        key("due", "By when to answer.", column="due_on", may_be_relative=True),
        key("last_value", "The last value, for comparison."),
        key("last_period_end", "The last day that the last value is of."),
        implied("monitoring_round", column="round"),
    ),
    keys.with_start(
        keys.optional(
            "monitoring_round",
            "indicator",
            "place",
            "partner",
            form="{monitoring_round}: {indicator}/{place}/{partner}",
        )
    ),
    programme_path="round__programme",
    parent="monitoring_round",
)


MEASUREMENT = Kind(
    "measurement",
    "measurements",
    Measurement,
    "Values that are known from the start. A value is added, never changed.",
    fields_of(
        Measurement,
        key("indicator", "The indicator."),
        key("place", "The place; left out for all together."),
        key("band", "The age band; left out for all ages."),
        key("period_start", "The first day that the value covers."),
        key("period_end", "The last day that the value covers."),
        key("value", "The value.", is_once=True),
        key("comment", "What one must know to read it.", is_once=True),
        key("evidence_url", "Link to the evidence.", is_once=True),
    ),
    keys.optional(
        "indicator",
        "place",
        "band",
        "period_start",
        "period_end",
        form="{indicator}/{place}/{band} ({period_start} to {period_end})",
    ),
    programme_path="indicator__objective__focus_area__programme",
)


GRANT = Kind(
    "grant",
    "grants",
    Grant,
    "Money from outside that lets activities be widened until it expires.",
    fields_of(
        Grant,
        key("funder", "Who gives it."),
        NUMBER,
        key("amount", "The amount in DKK."),
        key("starts_on", "From when."),
        key("ends_on", "Until when."),
        key("activities", "The activities it widens, as `initiative/place`."),
        key("note", "What people should know about it."),
    ),
    keys.numbered(keys.of("funder", "starts_on", form="{funder} ({starts_on})")),
    is_numbered=True,
)
