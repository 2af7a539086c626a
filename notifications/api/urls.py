"""The addresses under `/api/v1/` of reminders and webhooks."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from notifications.api.views import Forecast, Reminders
from notifications.api.webhooks import Webhooks

router = SimpleRouter(use_regex_path=False)
router.register("reminders", Reminders, basename="reminder")
router.register("webhooks", Webhooks, basename="webhook")

urlpatterns = [
    path("reminders/forecast/", Forecast.as_view(), name="reminder-forecast"),
    path("", include(router.urls)),
]
