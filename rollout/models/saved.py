"""Views of lists that people saved to come back to."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.people import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Saved views and their filters."""

    def visible_to(self, user: User | AnonymousUser) -> SavedViewQuerySet:
        """Keep the person's own: nobody sees what others saved."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(user=user)


class SavedView(models.Model):
    """The address of a list with its filters, under a name of the person's own.

    Opening it asks for what the person may see then; it grants nothing.
    """

    user = models.ForeignKey(
        User,
        models.CASCADE,
        # The constraint's index begins with it.
        db_index=False,
        related_name="saved_views",
        verbose_name=_("person"),
    )
    name = models.CharField(_("name"), max_length=80)
    #: Path and query on this site, such as ``/?phase=fase-1``.
    address = models.CharField(_("address"), max_length=1000)
    saved_at = models.DateTimeField(_("saved"))

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="savedview_name_is_unique"
            ),
            models.CheckConstraint(
                name="savedview_address_is_of_this_site",
                condition=Q(address__startswith="/") & ~Q(address__startswith="//"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
