"""What goes out regularly, so that each of it goes out once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models import Programme

#: Name of the editions that bring digests and weekly summaries.
WEEKLY = "weekly"


class Edition(models.Model):
    """One edition of a regular mail of a programme; a second cannot exist.

    Written even when there was nothing to say, so that later in the week nobody gets
    a Monday's mail. Who plans too late makes up for it in the same week.
    """

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        # The constraint's index begins with it.
        db_index=False,
        related_name="+",
        verbose_name=_("programme"),
    )
    #: ``weekly``, or a meeting as ``meeting:12``.
    name = models.CharField(_("name"), max_length=40)
    #: The Monday of the week, or the day of the meeting.
    of = models.DateField(_("edition of"))
    made_on = models.DateField(_("made on"))

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-of", "programme", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name", "of"], name="edition_is_made_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.of.isoformat()}"
