"""The admin: instance administrators enter people and settings, and read the rest.

They have no rights in any programme by that: what its people do is theirs to change.
"""

from __future__ import annotations

from typing import Any, ClassVar

import structlog
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout import models, services
from rollout.models.protection import protect_programme
from workflows.engine import NotAllowed

log = structlog.get_logger(__name__)

admin.site.unregister(Group)


class ReadOnly:
    """Shows what nobody may edit by hand."""

    #: Django builds the fields of a form all the same, and asks which scheme.
    formfield_overrides: ClassVar[Any] = {URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted by hand."""
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin[Any]):
    """A list and its pages, to be read."""


class HistoryInline(ReadOnly, admin.TabularInline[Any, Any]):
    """An object's history, newest last."""

    extra = 0
    fields = ("sequence", "at", "by", "transition", "source", "target", "reason")
    readonly_fields = fields


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
    actions = ["erase"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "language"]}),
        (None, {"fields": ["stand_in", "stand_in_from", "stand_in_until"]}),
        (None, {"fields": ["reminder_mode", "paused_until", "has_weekly_summary"]}),
        (None, {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (None, {"fields": ["is_national_observer"]}),
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

    @admin.action(description=_("Erase: take name and address out of everything"))
    def erase(
        self, request: HttpRequest, queryset: QuerySet[models.User]
    ) -> HttpResponse | None:
        """Ask once more, then put a number where one person was named."""
        person = queryset.first()
        if person is None or queryset.count() != 1:
            self.message_user(request, _("Erase one person at a time."), messages.ERROR)
            return None
        if "confirmed" not in request.POST:
            context = admin.site.each_context(request) | {"person": person}
            return TemplateResponse(request, "admin/erase.html", context)
        by = models.User.objects.get(pk=request.user.pk)
        try:
            done = services.erase(person, by=by, at=timezone.now())
        except (NotAllowed, services.Invalid) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None
        log.info("erased", person=person.pk, by=by.pk)
        said = _("The person is %(name)s from now on.") % {"name": done.name}
        self.message_user(request, said, messages.SUCCESS)
        for name in done.files:
            look = _("Look at this file, which names the person: %(file)s")
            self.message_user(request, look % {"file": name}, messages.WARNING)
        return None


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
class SubAgreementAdmin(ReadOnlyAdmin):
    """Versions of the sub-agreements."""

    list_display = ["focus_area", "number", "valid_from"]
    list_filter = ["focus_area__programme"]


@admin.register(models.Objective)
class ObjectiveAdmin(ReadOnlyAdmin):
    """Objectives as LBF set them."""

    list_display = ["text", "code", "focus_area", "direction", "threshold"]
    list_filter = ["focus_area__programme", "direction"]
    search_fields = ["text", "code"]


@admin.register(models.Indicator)
class IndicatorAdmin(ReadOnlyAdmin):
    """Indicators and who delivers them."""

    list_display = ["name", "code", "objective", "unit", "rhythm", "is_proposal"]
    list_filter = ["objective__focus_area__programme", "rhythm", "is_proposal"]
    search_fields = ["name", "code"]


@admin.register(models.Measurement)
class MeasurementAdmin(ReadOnlyAdmin):
    """Values; a frozen one is refused by the database."""

    list_display = ["indicator", "place", "band", "period_end", "value", "status"]
    list_filter = ["status", "is_example"]


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
class InitiativeAdmin(ReadOnlyAdmin):
    """Initiatives as the sub-agreements describe them."""

    list_display = ["name", "code", "focus_area", "nature", "parent"]
    list_filter = ["focus_area__programme", "nature"]
    search_fields = ["name", "code"]


class ActivityHistoryInline(HistoryInline):
    """History of an activity."""

    model = models.ActivityTransition


class ReadinessInline(ReadOnly, admin.TabularInline[Any, Any]):
    """The three readiness checks."""

    model = models.Readiness
    extra = 0


@admin.register(models.Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """Activities; their state is advanced on their page."""

    list_display = ["__str__", "state", "responsible", "is_proposal", "launched_on"]
    list_filter = ["programme", "state", "is_proposal", "place"]
    list_select_related = ["initiative", "place", "responsible"]
    search_fields = ["initiative__name", "place__name"]
    inlines = [ReadinessInline, ActivityHistoryInline]


@admin.register(models.Condition)
class ConditionAdmin(ReadOnlyAdmin):
    """Decisions that are awaited."""

    list_display = ["title", "activity", "body", "expected_on", "outcome", "effect"]
    list_filter = ["outcome", "effect"]


class MilestoneHistoryInline(HistoryInline):
    """History of a milestone."""

    model = models.MilestoneTransition


@admin.register(models.Milestone)
class MilestoneAdmin(ReadOnlyAdmin):
    """Milestones; they are finished on the page of their activity."""

    list_display = ["title", "activity", "due_on", "state", "is_example"]
    list_filter = ["state", "before_launch", "is_example"]
    search_fields = ["title"]
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
class MonitoringRoundAdmin(ReadOnlyAdmin):
    """Monitoring rounds; agreed and handed in through the engine."""

    list_display = ["title", "kind", "due_on", "state", "recurrence", "is_example"]
    list_filter = ["programme", "kind", "state"]
    inlines = [RoundHistoryInline]


@admin.register(models.DataRequest)
class DataRequestAdmin(ReadOnlyAdmin):
    """What is asked of whom."""

    list_display = ["__str__", "round", "place", "partner", "due_on", "is_example"]
    list_filter = ["round", "partner"]


@admin.register(models.Evaluation)
class EvaluationAdmin(ReadOnlyAdmin):
    """Evaluations and their conclusions."""

    list_display = ["activity", "conclusion", "written_by", "approved_by", "frozen_at"]
    list_filter = ["conclusion"]


@admin.register(models.Grant)
class GrantAdmin(ReadOnlyAdmin):
    """Money from outside."""

    list_display = ["funder", "amount", "starts_on", "ends_on", "programme"]
    list_filter = ["programme"]


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
