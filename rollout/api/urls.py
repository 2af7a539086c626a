"""The addresses under `/api/v1/`."""

from __future__ import annotations

from django.urls import include, path, re_path
from django.views.generic import RedirectView
from rest_framework.routers import SimpleRouter

from rollout.api.views import activities, plan
from rollout.api.views.changes import Changes
from rollout.api.views.documentation import Docs, Nowhere, Schema
from rollout.api.views.status import Status

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("programmes", plan.Programmes, basename="programme")
router.register("focus-areas", plan.FocusAreas, basename="focus-area")
router.register("places", plan.Places, basename="place")
router.register("initiatives", plan.Initiatives, basename="initiative")
router.register("activities", activities.Activities, basename="activity")
router.register("milestones", activities.Milestones, basename="milestone")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:docs"), name="root"),
    path("changes/", Changes.as_view(), name="changes"),
    path("status/", Status.as_view(), name="status"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    path("", include(router.urls)),
    # Everything else, line feeds included, which `<path:…>` does not match.
    re_path(r"(?P<rest>[\s\S]+)\Z", Nowhere.as_view(), name="nowhere"),
]
