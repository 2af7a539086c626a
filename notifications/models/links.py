"""Links in mails that let a person act without an account, and what became of each.

Only the digest of a token is stored: who reads the database can open no link.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications.models.message import Message
from rollout.models import (
    READS_ALL,
    Activity,
    Deadline,
    DeadlineKind,
    Membership,
    Programme,
)


class Purpose(models.TextChoices):
    """The one thing for which a link is good."""

    ANSWER = "answer", _("answer to a deadline")
    UNDO = "undo", _("undoing an answer")
    DECIDE = "decide", _("decision on an answer")


class Choice(models.TextChoices):
    """What a person can answer to a deadline."""

    DONE = "done", _("It is finished")
    NUMBER = "number", _("Here is the number")
    NOT_MINE = "not_mine", _("It is not mine")
    MORE_TIME = "more_time", _("I need more time")
    NOT_RELEVANT = "not_relevant", _("It is no longer relevant")


class Use(models.TextChoices):
    """What was done with a link."""

    OPENED = "opened", _("page opened")
    ANSWERED = "answered", _("answered")
    UNDONE = "undone", _("answer undone")
    ACCEPTED = "accepted", _("answer accepted")
    REFUSED = "refused", _("answer refused")


#: Answers that change nothing until a coordinator has accepted them.
DECIDED_ON = (Choice.MORE_TIME, Choice.NOT_RELEVANT)


def _owner() -> Concat:
    """Return whose a deadline is, the way a link's binding ends.

    See :func:`notifications.links.state_of`.
    """
    text = models.TextField()
    bar, nobody = Value("|", text), Value("None", text)
    person, partner = (
        Coalesce(Cast(field, text), nobody)
        for field in ("responsible_id", "partner_id")
    )
    return Concat(bar, person, bar, partner)


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Answers and their filters."""

    def visible_to(self, user: Any) -> AnswerQuerySet:
        """Keep those of the programmes that one reads as a whole."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        programmes = Membership.objects.filter(user=user, role__in=READS_ALL)
        return self.filter(programme__in=programmes.values("programme"))

    def waiting(self) -> AnswerQuerySet:
        """Keep the newest to each open deadline if a coordinator is to act on it.

        It waits no more once the deadline is somebody else's, or has moved.
        """
        same = {"kind": OuterRef("kind"), "object_id": OuterRef("object_id")}
        newer = Answer.objects.filter(pk__gt=OuterRef("pk"), undone_at=None, **same)
        # Whose it is and not who answered, who may be a stand-in or the partner's head.
        still_asked = Deadline.objects.alias(
            owner=_owner(),
            answered_owner=Subquery(
                ActionLink.objects.filter(
                    answer=OuterRef(OuterRef("pk")), purpose=Purpose.ANSWER
                ).values("bound_to")[:1]
            ),
        ).filter(due_on=OuterRef("due_on"), answered_owner__endswith=F("owner"), **same)
        return self.filter(
            Q(choice__in=DECIDED_ON) | Q(choice=Choice.NOT_MINE, handed_to=None),
            Exists(still_asked),
            ~Exists(newer),
            undone_at=None,
            decided_at=None,
        )

    def keys(self) -> list[str]:
        """Return the deadlines that were answered, as the view names them."""
        found = self.values_list("kind", "object_id")
        return [f"{kind}:{number}" for kind, number in found]


class Answer(models.Model):
    """What a person answered, and all that is needed to take it back."""

    kind = models.CharField(_("kind"), max_length=12, choices=DeadlineKind)
    object_id = models.BigIntegerField()
    #: What it was called, should it be renamed or deleted.
    title = models.CharField(_("title"), max_length=300)
    is_example = models.BooleanField(_("example"), default=False)
    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="+", verbose_name=_("programme")
    )
    activity = models.ForeignKey(Activity, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("answered at"))
    choice = models.CharField(_("answer"), max_length=12, choices=Choice)
    note = models.TextField(_("note"), blank=True)
    #: Under a name of our own; see :mod:`notifications.evidence`.
    file = models.FileField(
        _("file"), upload_to="answers/", max_length=120, blank=True, editable=False
    )
    #: What the person called it.
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    value = models.DecimalField(
        _("number"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed over to"),
    )
    due_on = models.DateField(_("due on when it was asked"))
    new_due_on = models.DateField(_("new date asked for"), null=True, blank=True)
    #: What the act replaced.
    before = models.JSONField(default=dict, blank=True)
    undo_until = models.DateTimeField(_("can be undone until"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    #: Of more time: whether it was given. Of what is no longer relevant: whether it
    #: was dropped.
    accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.TextField(_("note on the decision"), blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="answer_choice_is_known", condition=Q(choice__in=Choice.values)
            ),
            models.CheckConstraint(
                name="answer_brings_what_it_says",
                condition=(~Q(choice=Choice.NUMBER) | Q(value__isnull=False))
                & (~Q(choice=Choice.MORE_TIME) | Q(new_due_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="answer_file_has_a_name",
                condition=Q(file="") | ~Q(file_name=""),
            ),
            models.CheckConstraint(
                name="answer_decided_iff_at_a_time",
                condition=Q(accepted=None, decided_at=None)
                | Q(
                    choice__in=DECIDED_ON,
                    accepted__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            # What was taken back is never decided on, nor the other way round.
            models.CheckConstraint(
                name="answer_is_undone_or_decided",
                condition=Q(undone_at=None) | Q(decided_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="answer_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_choice_display()}"

    def get_absolute_url(self) -> str:
        """Return the path of what was asked for; it may be gone."""
        if self.kind == DeadlineKind.DATA_REQUEST:
            return reverse("rollout:request", args=[self.object_id])
        activity = self.activity.get_absolute_url() if self.activity else ""
        return f"{activity}#milestone-{self.object_id}"

    @property
    def can_be_decided(self) -> bool:
        """Whether it can be accepted or refused.

        A number that is asked for belongs to an agreed round and cannot be dropped.
        """
        drops_a_number = (
            self.choice == Choice.NOT_RELEVANT and self.kind != DeadlineKind.MILESTONE
        )
        return (
            self.choice in DECIDED_ON
            and not drops_a_number
            and self.decided_at is None
            and self.undone_at is None
        )


class ActionLinkQuerySet(models.QuerySet["ActionLink"]):
    """Links and their filters."""

    def visible_to(self, user: Any) -> ActionLinkQuerySet:
        """Keep those of the programmes that one reads as a whole."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        programmes = Membership.objects.filter(user=user, role__in=READS_ALL)
        return self.filter(programme__in=programmes.values("programme"))


class ActionLink(models.Model):
    """One link in one mail: good once, for one person, purpose, object and state."""

    #: SHA-256 of the token, which stands in the mail and nowhere else.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("recipient"),
    )
    #: The mailbox that it went to; another address makes the link useless.
    address = models.EmailField(_("to"))
    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="+", verbose_name=_("programme")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=DeadlineKind)
    object_id = models.BigIntegerField()
    #: The object's state and whose it was when the mail was written.
    bound_to = models.CharField(max_length=120)
    message = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        related_name="links",
        verbose_name=_("message"),
    )
    #: Of an answer's link: the answer given. Of the others: the one they concern.
    answer = models.ForeignKey(
        Answer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="links",
        verbose_name=_("answer"),
    )
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("expires"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    objects = ActionLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("action link")
        verbose_name_plural = _("action links")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="actionlink_purpose_is_known",
                condition=Q(purpose__in=Purpose.values),
            ),
            models.CheckConstraint(
                name="actionlink_stores_a_digest",
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="actionlink_expires_after_issue",
                condition=Q(expires_at__gt=F("issued_at")),
            ),
            models.CheckConstraint(
                name="actionlink_answers_once_used",
                condition=Q(
                    purpose=Purpose.ANSWER, used_at__isnull=True, answer__isnull=True
                )
                | Q(
                    purpose=Purpose.ANSWER,
                    used_at__isnull=False,
                    answer__isnull=False,
                )
                | (~Q(purpose=Purpose.ANSWER) & Q(answer__isnull=False)),
            ),
            # A second answer by the same link cannot exist, whoever races.
            models.UniqueConstraint(
                fields=["answer"],
                condition=Q(purpose=Purpose.ANSWER, answer__isnull=False),
                name="actionlink_gives_one_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="actionlink_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.kind}:{self.object_id}"

    def is_expired(self, *, at: datetime) -> bool:
        """Say whether it is too old at this time."""
        return at >= self.expires_at

    def story(self) -> Iterator[LinkUse]:
        """Yield what was done with it, and what became of the answer given by it.

        That may have happened elsewhere, which leaves no use of this link: by the link
        in the receipt, or on the coordinator's own page.
        """
        answer = self.answer if self.purpose == Purpose.ANSWER else None
        for use in self.uses.all():
            if answer is None or use.what in {Use.OPENED, Use.ANSWERED}:
                yield use
        if answer is not None and answer.undone_at is not None:
            yield LinkUse(link=self, what=Use.UNDONE, at=answer.undone_at)
        if answer is not None and answer.decided_at is not None:
            what = Use.ACCEPTED if answer.accepted else Use.REFUSED
            yield LinkUse(link=self, what=what, at=answer.decided_at)


class LinkUse(models.Model):
    """One use of a link. Rows are only ever added."""

    link = models.ForeignKey(
        ActionLink, models.PROTECT, related_name="uses", verbose_name=_("link")
    )
    what = models.CharField(_("what"), max_length=8, choices=Use)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("use of a link")
        verbose_name_plural = _("uses of links")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="linkuse_is_known", condition=Q(what__in=Use.values)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at.isoformat()}"
