"""Administration: ladders can be edited; ledger, outbox and calendar can be read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from notifications import models


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shows rows that only the engine writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes one by hand."""
        return False


class LadderStepInline(admin.TabularInline[models.LadderStep, models.Ladder]):
    """The steps, beside their ladder."""

    model = models.LadderStep
    extra = 1


@admin.register(models.Ladder)
class LadderAdmin(admin.ModelAdmin[models.Ladder]):
    """Ladders with their steps."""

    list_display = ["__str__", "programme", "kind"]
    list_filter = ["programme", "kind"]
    inlines = [LadderStepInline]


@admin.register(models.Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """The ledger."""

    list_display = [
        "title",
        "due_on",
        "step",
        "recipient",
        "state",
        "reason",
        "send_on",
    ]
    list_filter = ["state", "kind", "programme", "is_example"]
    search_fields = ["title", "recipient__name", "recipient__email"]
    list_select_related = ["recipient"]
    date_hierarchy = "send_on"


@admin.register(models.Message)
class MessageAdmin(ReadOnlyAdmin):
    """The outbox and the log of what was sent."""

    list_display = ["__str__", "to_address", "kind", "state", "not_before", "sent_at"]
    list_filter = ["state", "kind", "programme"]
    search_fields = ["to_address", "subject", "message_id"]
    date_hierarchy = "created_at"


@admin.register(models.SuppressedAddress)
class SuppressedAddressAdmin(ReadOnlyAdmin):
    """Addresses that do not work; a manager lifts one on its own page."""

    list_display = ["address", "kind", "suppressed_at", "lifted_at", "lifted_by"]
    list_filter = ["kind"]
    search_fields = ["address"]


@admin.register(models.Bounce)
class BounceAdmin(ReadOnlyAdmin):
    """Reports of mails that came back."""

    list_display = ["address", "kind", "status", "at", "text"]
    list_filter = ["kind"]
    search_fields = ["address"]
    date_hierarchy = "at"


@admin.register(models.Calendar)
class CalendarAdmin(ReadOnlyAdmin):
    """How far the calendars reach."""

    list_display = ["__str__", "first_day", "last_day"]


@admin.register(models.Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When planner and senders were last seen."""

    list_display = ["name", "beat_at", "counts"]


@admin.register(models.Breaker)
class BreakerAdmin(ReadOnlyAdmin):
    """Whether mail flows, and what the mail server said if not."""

    list_display = ["name", "failures", "open_until", "is_configuration", "last_error"]
