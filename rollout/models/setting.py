"""Who changed a programme's settings, and when: they decide what many people get."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet


class SettingArea(models.TextChoices):
    """Which page of the settings a change was made on."""

    LADDERS = "ladders", _("ladders")
    CALENDAR = "calendar", _("calendar")
    MILESTONES = "milestones", _("milestone templates")
    MEMBERS = "members", _("members")
    PLAN = "plan", _("plan file")
    YEAR = "year", _("year wheel")


class Verb(models.TextChoices):
    """What was done."""

    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    REMOVED = "removed", _("removed")


class SettingChangeQuerySet(VisibleQuerySet["SettingChange"]):
    """Changes of settings and their filters."""


class SettingChange(models.Model):
    """One change of a programme's settings. Written once."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        # The index below begins with it.
        db_index=False,
        related_name="setting_changes",
        verbose_name=_("programme"),
    )
    area = models.CharField(_("page"), max_length=10, choices=SettingArea)
    verb = models.CharField(_("what"), max_length=8, choices=Verb)
    #: The name of what was changed, or its stable code where it has no name of its own.
    name = models.CharField(_("name"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"))

    objects = SettingChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a setting")
        verbose_name_plural = _("changes of settings")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="settingchange_verb_is_known",
                condition=models.Q(verb__in=Verb.values),
            ),
        ]
        indexes = [
            # Each page lists its latest changes.
            models.Index(
                fields=["programme", "area", "-at"], name="settingchange_by_page"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.name}"
