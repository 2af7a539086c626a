"""The ledger of contributions: what each partner promised, and what it delivered."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.people import Partner, User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from workflows.triggers import written_once


class ContributionKind(models.TextChoices):
    """What is contributed, and in what it is counted."""

    HOURS = "hours", _("hours")
    PEOPLE = "people", _("people")
    ROOMS = "rooms", _("rooms")
    MONEY = "money", _("money (DKK)")


class ContributionQuerySet(VisibleQuerySet["Contribution"]):
    """Contributions and their filters."""

    partner_paths = ("partner",)

    def with_delivered(self) -> ContributionQuerySet:
        """Add how much of each has been delivered, as ``delivered``."""
        return self.annotate(
            delivered=models.functions.Coalesce(
                models.Sum("deliveries__amount"),
                0,
                output_field=models.DecimalField(max_digits=14, decimal_places=2),
            )
        )


class Contribution(models.Model):
    """What one partner promised to put into the programme, or into one activity."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="contributions",
        verbose_name=_("programme"),
    )
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        related_name="contributions",
        verbose_name=_("partner"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ContributionKind)
    title = models.CharField(_("what is contributed"), max_length=200)
    promised = models.DecimalField(_("promised"), max_digits=14, decimal_places=2)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    activity = models.ForeignKey(
        Activity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("activity"),
    )
    note = models.TextField(_("note"), blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["programme", "partner", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="contribution_is_in_order",
                condition=Q(starts_on__lte=F("ends_on")),
            ),
            models.CheckConstraint(
                name="contribution_promises_something", condition=Q(promised__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.title}"


class ContributionDeliveryQuerySet(VisibleQuerySet["ContributionDelivery"]):
    """What was delivered, and its filters."""

    programme_path = "contribution__programme"
    partner_paths = ("contribution__partner",)


class ContributionDelivery(models.Model):
    """Some of a contribution, delivered; what was noted wrongly is taken off again."""

    contribution = models.ForeignKey(
        Contribution,
        models.CASCADE,
        related_name="deliveries",
        verbose_name=_("contribution"),
    )
    delivered_on = models.DateField(_("delivered on"))
    #: Negative where it takes an earlier entry back.
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    note = models.CharField(_("note"), max_length=300, blank=True)
    noted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("noted by")
    )
    noted_at = models.DateTimeField(_("noted at"))

    objects = ContributionDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["contribution", "-delivered_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="contributiondelivery_is_something", condition=~Q(amount=0)
            ),
        ]
        triggers = written_once("contribution_id", "delivered_on", "amount", "note")

    def __str__(self) -> str:
        return f"{self.contribution}: {self.amount}"
