"""Monitoring by agreement with LBF: rounds, what they ask of whom, and the answers."""

from rollout.models.monitoring.answering import Answering
from rollout.models.monitoring.measurement import Measurement, MeasurementStatus
from rollout.models.monitoring.request import DataRequest
from rollout.models.monitoring.round import (
    MonitoringRound,
    MonitoringRoundTransition,
    Recurrence,
    RoundKind,
    RoundState,
)

__all__ = [
    "Answering",
    "DataRequest",
    "Measurement",
    "MeasurementStatus",
    "MonitoringRound",
    "MonitoringRoundTransition",
    "Recurrence",
    "RoundKind",
    "RoundState",
]
