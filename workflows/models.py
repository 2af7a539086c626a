"""What a state machine stores: a version on the object and a history it cannot edit.

Both are abstract. The database itself guards them: a state may only become what
the newest history row says, and a history row can be neither changed nor deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _


class RowModel(models.Model):
    """A model of which thousands are read for one page.

    Its objects take what the database gave them at once. Django asks each field of each
    row how it wants to be set, which takes four times as long.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **_later: Any,
    ) -> Self:
        """Make an object of a row, as Django does it (later ones with more words)."""
        state = ModelState()
        state.adding = False
        state.db = db
        new = cls.__new__(cls)
        vars(new).update(zip(field_names, values, strict=True), _state=state)
        return new

    def hanging(self, name: str) -> Iterable[Any]:
        """Return what points to this object under a name, such as ``milestones``.

        What was read beforehand is given as it is. Django makes a manager and two query
        sets for that, each time.
        """
        ready: dict[str, Any] = vars(self).get("_prefetched_objects_cache", {})
        found: Iterable[Any] | None = ready.get(name)
        return getattr(self, name).all() if found is None else found


class VersionedModel(RowModel):
    """An object that tells whether it is still what somebody saw.

    A concrete model takes :func:`workflows.triggers.version_trigger` (among
    :func:`workflows.triggers.state_triggers` where it has a state).
    """

    #: Counts every change of the row; the database raises it when the writer forgot.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


class StatefulModel(VersionedModel):
    """An object with one state field that only the engine changes."""

    #: Lookups of what permissions, guards and effects of most steps read; the engine
    #: reads these along with the row that it locks.
    read_along: ClassVar[tuple[str, ...]] = ()
    #: What the engine wrote of the step by which it returns this object; None for an
    #: object that was read.
    just_recorded: TransitionRecord | None = None

    class Meta:
        abstract = True


class TransitionRecord(models.Model):
    """One change of state: what, who, when, why. Written once, chained by hash.

    A concrete record adds a protecting foreign key to its object with
    ``related_name="history"`` and takes its triggers from
    :func:`workflows.triggers.record_triggers`.
    """

    #: Position in the object's history, from 1; the database assigns it.
    sequence = models.PositiveIntegerField(_("number"), db_default=0, editable=False)
    transition = models.CharField(_("transition"), max_length=40)
    source = models.CharField(_("from"), max_length=20)
    target = models.CharField(_("to"), max_length=20)
    #: Empty for what no person did, such as the import of a plan.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)
    #: SHA-256 of the reason as it was written: what the hash covers, so that a name can
    #: be taken out of the reason; the database computes it.
    reason_digest = models.CharField(max_length=64, db_default="", editable=False)
    #: When somebody's name was taken out of the reason.
    redacted_at = models.DateTimeField(null=True, editable=False)
    #: Codes of the unmet guards that a manager chose to override.
    overridden = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, editable=False
    )
    #: The object's version after this change.
    version = models.PositiveIntegerField(_("version"))
    #: SHA-256 of the previous record's hash and this record; the database computes it.
    hash = models.CharField(max_length=64, db_default="", editable=False)
    previous_hash = models.CharField(max_length=64, db_default="", editable=False)

    class Meta:
        abstract = True
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target} ({self.transition})"
