"""What every row of the domain became, change by change: the record of the past.

The database writes it itself, whoever changes a row, so it has no gaps. It says how
things stood on a past day, when something was last touched, and what a client that
keeps a copy has to read again.
"""

from __future__ import annotations

from hashlib import sha256

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.people import User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from workflows.triggers import append_only_triggers

#: How many changes a mark is made of: more than transactions are ever open at once.
MARKED = 50


class ChangeQuerySet(VisibleQuerySet["Change"]):
    """Changes and their filters."""

    partner_paths = ("activity__responsible_partner", "activity__contributors")

    def mark(self) -> str:
        """Return a few letters that differ as soon as there is another change.

        Several of the newest count, not the newest alone: a transaction that got its
        numbers first can end last.
        """
        newest = self.order_by("-transaction", "-pk").values_list("pk", flat=True)
        text = ",".join(str(pk) for pk in newest[:MARKED])
        return sha256(text.encode()).hexdigest()[:16]


class Change(models.Model):
    """One change of one row. Written once, by the database.

    The trigger ``rollout_recorded`` on every table of the domain writes it
    (`_record.py` by the migrations); a test names the table that lacks it. Of people
    only that they changed is kept, and of partners not the address: what is erased is
    then erased everywhere.
    """

    #: The transaction that made the change. Numbers of changes are given before their
    #: transactions end, so only what is older than every transaction still open is
    #: complete: who follows the changes must order and cut by this.
    transaction = models.BigIntegerField(editable=False)
    at = models.DateTimeField(_("at"), editable=False)
    #: The table without its prefix, such as ``activity`` or ``activity_contributors``.
    kind = models.CharField(_("kind"), max_length=40)
    object_id = models.BigIntegerField()
    # Neither is a real foreign key: a change outlives what it is about.
    programme = models.ForeignKey(
        Programme,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("programme"),
    )
    activity = models.ForeignKey(
        Activity,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("activity"),
    )
    #: Who did it, where somebody acted; see :mod:`rollout.acting`.
    by = models.ForeignKey(
        User,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("by"),
    )
    #: Where nobody acted: the program that wrote, as it is called at the database.
    through = models.CharField(
        _("through"), max_length=64, default="", db_default="", editable=False
    )
    #: The whole row as it became, by column; null once it was deleted.
    row = models.JSONField(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["transaction", "pk"]
        indexes = [
            # The status of a past day reads the newest version of each row until then.
            models.Index(
                fields=["programme", "kind", "object_id", "-id"],
                name="change_by_object",
            ),
            # Tags and followers ask for the newest changes of a programme.
            models.Index(
                fields=["programme", "-transaction", "-id"],
                name="change_by_transaction",
            ),
            # The status says when each activity was last touched.
            models.Index(fields=["activity", "-id"], name="change_by_activity"),
        ]
        triggers = append_only_triggers()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
