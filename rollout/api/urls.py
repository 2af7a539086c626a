"""The addresses under `/api/v1/`."""

from __future__ import annotations

from django.urls import include, path, re_path, register_converter
from django.urls.converters import StringConverter
from django.views.generic import RedirectView
from rest_framework.routers import SimpleRouter

from rollout.api.views import (
    activities,
    ledgers,
    monitoring,
    overview,
    people,
    plan,
    tokens,
    work,
)
from rollout.api.views.changes import Changes
from rollout.api.views.documentation import Docs, Nowhere, Schema
from rollout.api.views.milestones import Milestones
from rollout.api.views.status import Status
from rollout.api.views.transitions import BulkTransitions


class KeyConverter(StringConverter):
    """Matches the key of a row that unites several tables, such as `milestone:12`."""

    regex = "[a-z_]{1,20}:[0-9]{1,18}"


register_converter(KeyConverter, "kind_and_number")

app_name = "api"

router = SimpleRouter(use_regex_path=False)
for prefix, name, view in (
    ("programmes", "programme", plan.Programmes),
    ("focus-areas", "focus-area", plan.FocusAreas),
    ("objectives", "objective", plan.Objectives),
    ("indicators", "indicator", monitoring.Indicators),
    ("targets", "target", ledgers.Targets),
    ("measurements", "measurement", monitoring.Measurements),
    ("places", "place", plan.Places),
    ("phases", "phase", plan.Phases),
    ("partners", "partner", plan.Partners),
    ("initiatives", "initiative", plan.Initiatives),
    ("activities", "activity", activities.Activities),
    ("readiness", "readiness", work.ReadinessChecks),
    ("conditions", "condition", work.Conditions),
    ("milestones", "milestone", Milestones),
    ("monitoring-rounds", "monitoring-round", monitoring.MonitoringRounds),
    ("data-requests", "data-request", monitoring.DataRequests),
    ("evaluations", "evaluation", work.Evaluations),
    ("attendance", "attendance", ledgers.Attendances),
    ("contributions", "contribution", ledgers.Contributions),
    ("grants", "grant", plan.Grants),
    ("history", "history", overview.History),
    ("deadlines", "deadline", overview.Deadlines),
    ("users", "user", people.Users),
    ("tokens", "token", tokens.Tokens),
):
    router.register(prefix, view, basename=name)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:docs"), name="root"),
    path("changes/", Changes.as_view(), name="changes"),
    path("transitions/bulk/", BulkTransitions.as_view(), name="transitions-bulk"),
    path("status/", Status.as_view(), name="status"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    path("", include(router.urls)),
    # Everything else, line feeds included, which `<path:…>` does not match.
    re_path(r"(?P<rest>[\s\S]+)\Z", Nowhere.as_view(), name="nowhere"),
]
