"""The admin: people and settings for instance administrators, everything read as is.

States change only through the engine, so states and histories are shown read-only.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone

from rollout import models, services
from rollout.models.protection import protect_all, protect_programme

admin.site.unregister(Group)


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shows what nobody may edit by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted by hand."""
        return False


_RECORD_FIELDS = ("sequence", "at", "by", "transition", "source", "target", "reason")


class HistoryInline(admin.TabularInline[Any, Any]):
    """An object's history, newest last."""

    extra = 0
    can_delete = False
    fields = _RECORD_FIELDS
    readonly_fields = _RECORD_FIELDS

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is written by the engine alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is written by the engine alone."""
        return False


@admin.register(models.User)
class UserAdmin(BaseUserAdmin[models.User]):
    """People: names, languages, stand-ins, and who administers the instance."""

    ordering = ["name"]
    list_display = ["name", "email", "language", "is_active", "is_staff", "is_example"]
    list_filter = ["is_active", "is_staff", "is_example", "language"]
    search_fields = ["name", "email"]
    readonly_fields = ["last_login", "is_example"]
    raw_id_fields = ["stand_in"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "language"]}),
        (None, {"fields": ["stand_in", "stand_in_from", "stand_in_until"]}),
        (None, {"fields": ["reminder_mode", "paused_until", "has_weekly_summary"]}),
        (None, {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (None, {"fields": ["last_login", "is_example"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["email", "name", "language", "usable_password", "password1"]},
        ),
        (None, {"fields": ["password2"]}),
    ]

    def save_model(
        self, request: HttpRequest, obj: models.User, form: Any, change: Any
    ) -> None:
        """Save; an account that is closed here is closed with all its doors."""
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            services.close_account(obj, at=timezone.now())


@admin.register(models.Programme)
class ProgrammeAdmin(admin.ModelAdmin[models.Programme]):
    """Programmes."""

    list_display = ["name", "code", "municipality", "starts_on", "ends_on"]
    search_fields = ["name", "code", "municipality"]


@admin.register(models.FocusArea)
class FocusAreaAdmin(admin.ModelAdmin[models.FocusArea]):
    """Focus areas with the departments that take part."""

    list_display = ["name", "code", "programme", "sub_agreement_outdated_since"]
    list_filter = ["programme"]
    filter_horizontal = ["departments"]


@admin.register(models.SubAgreement)
class SubAgreementAdmin(admin.ModelAdmin[models.SubAgreement]):
    """Versions of the sub-agreements."""

    list_display = ["focus_area", "number", "valid_from"]
    list_filter = ["focus_area__programme"]


@admin.register(models.Objective)
class ObjectiveAdmin(admin.ModelAdmin[models.Objective]):
    """Objectives as LBF set them."""

    list_display = ["text", "code", "focus_area", "direction", "threshold"]
    list_filter = ["focus_area__programme", "direction"]
    search_fields = ["text", "code"]
    filter_horizontal = ["places"]


@admin.register(models.Indicator)
class IndicatorAdmin(admin.ModelAdmin[models.Indicator]):
    """Indicators and who delivers them."""

    list_display = ["name", "code", "objective", "unit", "rhythm", "is_proposal"]
    list_filter = ["objective__focus_area__programme", "rhythm", "is_proposal"]
    search_fields = ["name", "code"]
    filter_horizontal = ["places"]

    def save_model(
        self,
        request: HttpRequest,
        obj: models.Indicator,
        form: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        """Save it, and renew what is hidden of its values."""
        super().save_model(request, obj, form, change)
        protect_all(obj)


@admin.register(models.Measurement)
class MeasurementAdmin(admin.ModelAdmin[models.Measurement]):
    """Values; a frozen one is refused by the database."""

    list_display = ["indicator", "place", "band", "period_end", "value", "status"]
    list_filter = ["status", "is_example"]
    raw_id_fields = ["indicator", "data_request", "submitted_by", "approved_by"]
    readonly_fields = ["frozen_at", "is_example"]


@admin.register(models.Place)
class PlaceAdmin(admin.ModelAdmin[models.Place]):
    """Places and whether readiness is required there."""

    list_display = ["name", "code", "kind", "parent", "requires_readiness"]
    list_filter = ["programme", "kind"]
    search_fields = ["name", "code"]

    def save_model(
        self,
        request: HttpRequest,
        obj: models.Place,
        form: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        """Save it, and renew what is hidden where its values add up otherwise."""
        super().save_model(request, obj, form, change)
        if "parent" in form.changed_data:
            protect_programme(obj.programme)


@admin.register(models.Phase)
class PhaseAdmin(admin.ModelAdmin[models.Phase]):
    """Phases of the rollout."""

    list_display = ["name", "programme", "starts_on", "ends_on", "is_example"]
    list_filter = ["programme"]
    filter_horizontal = ["places"]


@admin.register(models.ClosingPeriod)
class ClosingPeriodAdmin(admin.ModelAdmin[models.ClosingPeriod]):
    """Closing days and quiet periods."""

    list_display = ["name", "kind", "starts_on", "ends_on", "programme"]
    list_filter = ["programme", "kind"]


@admin.register(models.Meeting)
class MeetingAdmin(admin.ModelAdmin[models.Meeting]):
    """Meetings of boards, councils and committees."""

    list_display = ["__str__", "kind", "held_on", "notice_days", "programme"]
    list_filter = ["programme", "kind"]
    date_hierarchy = "held_on"


@admin.register(models.Occasion)
class OccasionAdmin(admin.ModelAdmin[models.Occasion]):
    """Fixed points of the year."""

    list_display = ["title", "kind", "first", "last", "is_proposal", "programme"]
    list_filter = ["programme", "kind"]


@admin.register(models.Partner)
class PartnerAdmin(admin.ModelAdmin[models.Partner]):
    """Organisations that take part."""

    list_display = ["name", "code", "kind", "programme", "email"]
    list_filter = ["programme", "kind"]
    search_fields = ["name", "code"]
    raw_id_fields = ["lead"]


@admin.register(models.Membership)
class MembershipAdmin(admin.ModelAdmin[models.Membership]):
    """Who has which role where."""

    list_display = ["user", "programme", "role", "partner"]
    list_filter = ["programme", "role"]
    raw_id_fields = ["user"]


@admin.register(models.Initiative)
class InitiativeAdmin(admin.ModelAdmin[models.Initiative]):
    """Initiatives as the sub-agreements describe them."""

    list_display = ["name", "code", "focus_area", "nature", "parent"]
    list_filter = ["focus_area__programme", "nature"]
    search_fields = ["name", "code"]
    filter_horizontal = ["partners"]


class ActivityHistoryInline(HistoryInline):
    """History of an activity."""

    model = models.ActivityTransition


class ReadinessInline(admin.TabularInline[models.Readiness, models.Activity]):
    """The three readiness checks."""

    model = models.Readiness
    extra = 0
    raw_id_fields = ["by"]


@admin.register(models.Activity)
class ActivityAdmin(admin.ModelAdmin[models.Activity]):
    """Activities; their state is advanced on their page."""

    list_display = ["__str__", "state", "responsible", "is_proposal", "launched_on"]
    list_filter = ["programme", "state", "is_proposal", "place"]
    list_select_related = ["initiative", "place", "responsible"]
    search_fields = ["initiative__name", "place__name"]
    raw_id_fields = ["responsible"]
    filter_horizontal = ["contributors"]
    readonly_fields = ["programme", "state", "version", "launched_on", "created_at"]
    inlines = [ReadinessInline, ActivityHistoryInline]


@admin.register(models.Condition)
class ConditionAdmin(admin.ModelAdmin[models.Condition]):
    """Decisions that are awaited."""

    list_display = ["title", "activity", "body", "expected_on", "outcome", "effect"]
    list_filter = ["outcome", "effect"]
    raw_id_fields = ["activity"]


class MilestoneHistoryInline(HistoryInline):
    """History of a milestone."""

    model = models.MilestoneTransition


@admin.register(models.Milestone)
class MilestoneAdmin(admin.ModelAdmin[models.Milestone]):
    """Milestones; they are finished on the page of their activity."""

    list_display = ["title", "activity", "due_on", "state", "is_example"]
    list_filter = ["state", "before_launch", "is_example"]
    search_fields = ["title"]
    raw_id_fields = ["activity", "responsible", "predecessors"]
    readonly_fields = ["state", "version", "done_on", "template", "is_example"]
    inlines = [MilestoneHistoryInline]


@admin.register(models.MilestoneTemplate)
class MilestoneTemplateAdmin(admin.ModelAdmin[models.MilestoneTemplate]):
    """What every activity should have."""

    list_display = ["title", "offset_days", "nature", "before_launch", "is_example"]
    list_filter = ["programme", "nature"]


class RoundHistoryInline(HistoryInline):
    """History of a monitoring round."""

    model = models.MonitoringRoundTransition


@admin.register(models.MonitoringRound)
class MonitoringRoundAdmin(admin.ModelAdmin[models.MonitoringRound]):
    """Monitoring rounds; agreed and handed in through the engine."""

    list_display = ["title", "kind", "due_on", "state", "recurrence", "is_example"]
    list_filter = ["programme", "kind", "state"]
    raw_id_fields = ["responsible"]
    readonly_fields = ["state", "version", "agreed_on", "is_example"]
    inlines = [RoundHistoryInline]


@admin.register(models.DataRequest)
class DataRequestAdmin(admin.ModelAdmin[models.DataRequest]):
    """What is asked of whom."""

    list_display = ["__str__", "round", "place", "partner", "due_on", "is_example"]
    list_filter = ["round", "partner"]
    raw_id_fields = ["indicator", "responsible"]


@admin.register(models.Evaluation)
class EvaluationAdmin(admin.ModelAdmin[models.Evaluation]):
    """Evaluations and their conclusions."""

    list_display = ["activity", "conclusion", "written_by", "approved_by", "frozen_at"]
    list_filter = ["conclusion"]
    raw_id_fields = ["activity", "written_by", "approved_by"]
    readonly_fields = ["frozen_at", "is_example"]


@admin.register(models.Grant)
class GrantAdmin(admin.ModelAdmin[models.Grant]):
    """Money from outside."""

    list_display = ["funder", "amount", "starts_on", "ends_on", "programme"]
    list_filter = ["programme"]
    raw_id_fields = ["activities"]


@admin.register(models.ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens in use; the secrets are stored nowhere."""

    list_display = ["name", "user", "prefix", "expires_at", "last_used_at"]
    exclude = ["digest"]


@admin.register(
    models.Deadline,
    models.ActivityTransition,
    models.MilestoneTransition,
    models.MonitoringRoundTransition,
    models.AppliedPlan,
)
class RecordAdmin(ReadOnlyAdmin):
    """What the system itself records."""


@admin.register(models.SettingChange)
class SettingChangeAdmin(ReadOnlyAdmin):
    """Who changed a programme's settings."""

    list_display = ["at", "programme", "area", "verb", "name", "by"]
    list_filter = ["programme", "area"]
    date_hierarchy = "at"
