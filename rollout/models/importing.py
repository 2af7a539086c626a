"""What an import of values remembers: which column of a file holds what."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models.people import User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet


class ColumnMappingQuerySet(VisibleQuerySet["ColumnMapping"]):
    """Remembered columns and their filters."""


class ColumnMapping(models.Model):
    """How a file with these headings was last read in a programme."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="column_mappings",
        verbose_name=_("programme"),
    )
    #: Names the set of headings, so that the next such file is read in the same way.
    fingerprint = models.CharField(max_length=64)
    #: By what is read: the heading under which it stands.
    columns = models.JSONField(_("columns"), default=dict)
    used_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField(_("used at"))

    objects = ColumnMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("columns of a file")
        verbose_name_plural = _("columns of files")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "fingerprint"], name="columnmapping_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.columns.values())
