"""When people are reminded of a kind of deadline: the steps of a ladder."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.models import REMINDED, Programme


class Audience(models.TextChoices):
    """To whom a step is addressed, in the order in which others are asked.

    Where there is nobody, the next one is told who has no step of their own.
    """

    RESPONSIBLE = "responsible", _("the responsible person")
    DEPUTY = "deputy", _("the stand-in")
    LEAD = "lead", _("the partner's head")
    COORDINATOR = "coordinator", _("a coordinator")
    MANAGER = "manager", _("a manager")


class Ladder(models.Model):
    """The steps for one kind of deadline in one programme.

    The most specific one holds: programme and kind, programme, kind, neither.
    A ladder without steps reminds nobody.
    """

    #: Empty: for every programme that has no ladder of its own.
    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    #: Empty: for every kind of deadline that has no ladder of its own. A nudge always
    #: has: it counts from a day that has passed.
    kind = models.CharField(_("kind"), max_length=12, choices=REMINDED, blank=True)

    class Meta:
        verbose_name = _("ladder")
        verbose_name_plural = _("ladders")
        ordering = [F("programme").asc(nulls_first=True), "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind"],
                nulls_distinct=False,
                name="ladder_is_one_per_kind",
            ),
        ]

    def __str__(self) -> str:
        kind = self.get_kind_display() if self.kind else _("every kind")
        return f"{self.programme or _('every programme')}: {kind}"


class LadderStep(models.Model):
    """One rung: so many working days before (negative) or after the due date."""

    ladder = models.ForeignKey(
        Ladder, models.CASCADE, related_name="steps", verbose_name=_("ladder")
    )
    offset_days = models.SmallIntegerField(_("working days from the due date"))
    #: In working days; empty: the step comes once.
    repeat_every = models.PositiveSmallIntegerField(
        _("repeated every (working days)"), null=True, blank=True
    )
    #: The last working day after the due date on which it is repeated.
    until = models.PositiveSmallIntegerField(
        _("until (working days)"), null=True, blank=True
    )
    audience = models.CharField(
        _("to"), max_length=12, choices=Audience, default=Audience.RESPONSIBLE
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["ladder", "offset_days", "audience"]
        constraints = [
            models.UniqueConstraint(
                fields=["ladder", "offset_days", "audience"],
                name="ladderstep_is_unique",
            ),
            # A step that repeats before the due date would never have an end.
            models.CheckConstraint(
                name="ladderstep_repeats_after_the_due_date",
                condition=Q(repeat_every=None)
                | Q(repeat_every__gte=1, offset_days__gte=1),
            ),
            # Others are asked once, and not before it is due.
            models.CheckConstraint(
                name="ladderstep_asks_others_once_overdue",
                condition=Q(audience=Audience.RESPONSIBLE)
                | Q(repeat_every=None, offset_days__gte=1),
            ),
            models.CheckConstraint(
                name="ladderstep_until_bounds_a_repetition",
                condition=Q(until=None)
                | Q(repeat_every__isnull=False, until__gte=F("offset_days")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offset_days:+d}"
