"""What a sub-agreement describes: an initiative (indsats), wherever it happens."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.people import Partner
from rollout.models.programme import FocusArea
from rollout.models.visibility import VisibleQuerySet
from rollout.names import refuse_unseen
from workflows.models import RowModel


class Nature(models.TextChoices):
    """How an initiative relates to what ran before, in the memo's own terms."""

    NEW = "new", _("new activity")
    REVISED = "revised", _("revised ongoing initiative")
    CONTINUED = "continued", _("continuation")
    RECENTLY_CONTINUED = "recently_continued", _("continuation of a recent initiative")
    UNDER_CLARIFICATION = "under_clarification", _("under clarification")
    NOT_STATED = "not_stated", _("not stated")


class InitiativeQuerySet(VisibleQuerySet["Initiative"]):
    """Initiatives and their filters."""

    programme_path = "focus_area__programme"


class Initiative(RowModel):
    """An initiative; carried out in a place it becomes an activity."""

    focus_area = models.ForeignKey(
        FocusArea,
        models.CASCADE,
        related_name="initiatives",
        verbose_name=_("focus area"),
    )
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200, validators=[refuse_unseen])
    nature = models.CharField(
        _("nature"), max_length=20, choices=Nature, default=Nature.NOT_STATED
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    #: The initiative of an earlier programme that this one carries on.
    continues = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name=_("continues"),
    )
    #: Partners that the agreement itself names for this initiative.
    partners = models.ManyToManyField(
        Partner, blank=True, related_name="initiatives", verbose_name=_("partners")
    )
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["focus_area", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["focus_area", "code"], name="initiative_code_is_unique"
            ),
            models.CheckConstraint(
                name="initiative_is_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the path of the initiative on its focus area's page."""
        area = reverse("rollout:focus_area", args=[self.focus_area_id])
        return f"{area}#initiative-{self.pk}"
