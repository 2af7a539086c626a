"""Addresses of the fragments, included at the site's root."""

from django.urls import path

from notifications.web import views

app_name = "notifications"

urlpatterns = [
    path(
        "activities/<int:pk>/reminders/",
        views.activity_reminders,
        name="activity_reminders",
    ),
]
