"""The addresses under `/api/v1/` that tell of reminders."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from notifications.api.views import Forecast, Reminders

router = SimpleRouter(use_regex_path=False)
router.register("reminders", Reminders, basename="reminder")

urlpatterns = [
    path("reminders/forecast/", Forecast.as_view(), name="reminder-forecast"),
    path("", include(router.urls)),
]
