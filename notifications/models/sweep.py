"""How far planning has come, and what was touched that no sweep has looked at yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models import Programme


class Sweep(models.Model):
    """The newest sweep of the planner; there is at most one row.

    Written after what was planned, so that a planner that dies leaves the older row
    and the next one looks at more than it need. See decision 16.
    """

    #: The local day for which everything was planned.
    day = models.DateField(_("day"))
    #: When everything was looked at last, and not only what was touched.
    whole_at = models.DateTimeField(_("everything was looked at"))
    #: Everything in the record of changes before this transaction is planned.
    transaction = models.BigIntegerField()
    #: Which database server this was: another one's transactions mean nothing here.
    database = models.BigIntegerField()

    #: How many there have been, and the last of those that changed anything: so each
    #: knows whether another met it.
    number = models.BigIntegerField()
    wrote = models.BigIntegerField()

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="there_is_at_most_one_sweep"
            )
        ]

    def __str__(self) -> str:
        return self.day.isoformat()


class Touched(models.Model):
    """Something was touched that planning reads and the record of changes lacks.

    The triggers ``notifications_touched`` write it (`_touched.py` by the migrations).
    Neither a programme nor a person: everything is to be planned anew. The sweep that
    has looked deletes the rows that it has read.
    """

    # Neither is a real foreign key: a row may outlive what it is about.
    programme = models.ForeignKey(
        Programme,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("programme"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("what was touched")
        verbose_name_plural = _("what was touched")

    def __str__(self) -> str:
        return f"{self.programme_id} {self.person_id}"
