"""An organisation that takes part, such as a department, a school or the police."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.people.user import User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from rollout.names import refuse_unseen


class PartnerKind(models.TextChoices):
    """What sort of organisation a partner is."""

    DEPARTMENT = "department", _("department")
    SCHOOL = "school", _("school")
    HOUSING_ASSOCIATION = "housing_association", _("housing association")
    POLICE = "police", _("police")
    ASSOCIATION = "association", _("association")
    FOUNDATION = "foundation", _("foundation")
    LBF = "lbf", _("Landsbyggefonden")


class PartnerQuerySet(VisibleQuerySet["Partner"]):
    """Partners and their filters."""

    def open_to(self, user: Any) -> PartnerQuerySet:
        """Keep those whose page this person may open: their own, or all they read."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        # Memberships point at partners, so their module comes after this one.
        memberships: Any = apps.get_model("rollout", "Membership")._default_manager
        held = memberships.filter(user=user)
        return self.filter(
            Q(programme__in=held.reading_all().values("programme"))
            | Q(pk__in=held.values("partner"))
        )


class Partner(models.Model):
    """An organisation that takes part in a programme."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="partners", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200, validators=[refuse_unseen])
    kind = models.CharField(_("kind"), max_length=20, choices=PartnerKind)
    #: A shared mailbox, where the organisation has one.
    email = models.EmailField(_("e-mail"), blank=True)
    #: The head of the organisation, to whom long overdue things go.
    lead = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("head"),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["programme", "kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"], name="partner_code_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the path of the partner's page."""
        return reverse("rollout:partner", args=[self.pk])
