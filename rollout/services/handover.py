"""Hands everything that a leaver answers for in a programme to one other person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import models, transaction
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    ActivityState,
    DataRequest,
    HandedOver,
    HandOver,
    HeldKind,
    Membership,
    Milestone,
    MonitoringRound,
    Partner,
    Programme,
    Role,
    RoundState,
    User,
)
from rollout.services.ground import Invalid, require
from rollout.services.leaving import close_account

#: Roles from the one that may do most.
_RANKED = (Role.MANAGER, Role.COORDINATOR, Role.PARTNER, Role.OBSERVER)


@dataclass(frozen=True)
class Held:
    """One thing that a person answers for."""

    kind: HeldKind
    pk: int
    title: str

    @property
    def words(self) -> str:
        """The title in the reader's language."""
        return self.kind.words(self.title)

    def get_kind_display(self) -> str:
        """Return its kind in words, as the record does."""
        return str(self.kind.label)


@dataclass(frozen=True)
class Leaving:
    """What is asked for: from whom to whom, and what becomes of who leaves."""

    programme: Programme
    from_person: User
    to_person: User
    #: Whether the role in the programme goes along; then who leaves has none any more.
    with_role: bool = True
    #: Whether the account of who leaves is closed.
    deactivate: bool = False
    note: str = ""


def held_by(
    person: User, programme: Programme, *, with_role: bool, locked: bool = False
) -> list[Held]:
    """Return everything that lies with a person in a programme, in one order.

    What is over is left where it is: it says who answered for it then. ``locked`` lets
    nobody else give any of it away before the transaction ends.
    """
    found = [
        Held(kind, row.pk, str(row)[:400])
        for kind, rows in _open_rows(person, programme)
        for row in (
            rows.select_for_update(of=("self",), no_key=True) if locked else rows
        )
    ]
    if with_role:
        found += [
            Held(HeldKind.ROLE, one.pk, one.role)
            for one in Membership.objects.filter(user=person, programme=programme)
        ]
    return found


def _open_rows(
    person: User, programme: Programme
) -> Iterator[tuple[HeldKind, models.QuerySet[models.Model]]]:
    own = {"responsible": person}
    yield (
        HeldKind.ACTIVITY,
        Activity.objects.filter(programme=programme, **own)
        .exclude(state=ActivityState.DISCONTINUED)
        .select_related("initiative", "place")
        .order_by("pk"),
    )
    yield (
        HeldKind.MILESTONE,
        Milestone.objects.filter(activity__programme=programme, **own)
        .open()
        .order_by("pk"),
    )
    yield (
        HeldKind.ROUND,
        MonitoringRound.objects.filter(programme=programme, **own)
        .exclude(state=RoundState.APPROVED)
        .order_by("pk"),
    )
    yield (
        HeldKind.REQUEST,
        DataRequest.objects.filter(round__programme=programme, **own)
        .unapproved()
        .select_related("indicator")
        .order_by("pk"),
    )
    yield (
        HeldKind.LEAD,
        Partner.objects.filter(programme=programme, lead=person).order_by("pk"),
    )
    yield (
        HeldKind.STAND_IN,
        User.objects.filter(stand_in=person, memberships__programme=programme).order_by(
            "pk"
        ),
    )


def seal_of(held: Sequence[Held]) -> str:
    """Return a digest of what was seen, so that nothing else is handed over.

    The role is left out: whether it goes along is decided after looking.
    """
    lines = sorted(f"{one.kind}:{one.pk}" for one in held if one.kind != HeldKind.ROLE)
    return sha256("\n".join(lines).encode()).hexdigest()


@transaction.atomic
def hand_over(
    asked: Leaving, *, by: User, at: datetime, seen: str | None = None
) -> HandOver:
    """Give all that a person answers for to another, and write down what that was.

    ``seen`` is the seal of what the person saw before. Raises Invalid where that has
    changed, and where the two or their accounts do not allow it.
    """
    require(by, "rollout.edit_programme", asked.programme)
    _check(asked, by=by)
    # The roles are locked first, so that two hand-overs of one person queue up.
    memberships = {
        one.user_id: one
        for one in Membership.objects.select_for_update()
        .filter(
            programme=asked.programme, user__in=[asked.from_person, asked.to_person]
        )
        .order_by("pk")
    }
    held = held_by(
        asked.from_person, asked.programme, with_role=asked.with_role, locked=True
    )
    if seen is not None and seen != seal_of(held):
        raise Invalid(_("Something has changed meanwhile. Please look again."))
    if not asked.with_role and asked.to_person.pk not in memberships:
        raise Invalid(_("This person does not take part in the programme."))
    made = HandOver.objects.create(
        programme=asked.programme,
        from_person=asked.from_person,
        to_person=asked.to_person,
        by=by,
        at=at,
        note=asked.note,
        deactivated=asked.deactivate,
    )
    HandedOver.objects.bulk_create(
        HandedOver(hand_over=made, kind=one.kind, object_id=one.pk, title=one.title)
        for one in held
    )
    _move(asked, held)
    if asked.with_role:
        _move_role(asked, memberships)
    if asked.deactivate:
        close_account(User.objects.get(pk=asked.from_person.pk), at=at)
    return made


def _check(asked: Leaving, *, by: User) -> None:
    leaver = asked.from_person
    if leaver.pk == asked.to_person.pk:
        raise Invalid(_("Choose somebody else to take over."))
    if not asked.to_person.is_active:
        raise Invalid(_("This person is no longer active."))
    if not asked.deactivate:
        return
    if leaver.pk == by.pk:
        raise Invalid(_("You cannot close your own account."))
    if leaver.is_staff:
        raise Invalid(_("Only an administrator closes an administrator's account."))
    if leaver.memberships.exclude(programme=asked.programme).exists():
        raise Invalid(_("The account is still used in another programme."))
    if not asked.with_role:
        raise Invalid(_("Whose account is closed cannot keep a role."))


def _move(asked: Leaving, held: Sequence[Held]) -> None:
    """Make the other person answer for it. Partners stay as they are."""
    keys: dict[HeldKind, list[int]] = {}
    for one in held:
        keys.setdefault(one.kind, []).append(one.pk)
    successor = asked.to_person
    for kind, model in (
        (HeldKind.ACTIVITY, Activity),
        (HeldKind.MILESTONE, Milestone),
        (HeldKind.ROUND, MonitoringRound),
        (HeldKind.REQUEST, DataRequest),
    ):
        model._base_manager.filter(pk__in=keys.get(kind, [])).update(
            responsible=successor
        )
    Partner.objects.filter(pk__in=keys.get(HeldKind.LEAD, [])).update(lead=successor)
    deputised = User.objects.filter(pk__in=keys.get(HeldKind.STAND_IN, []))
    # Nobody stands in for themselves.
    deputised.filter(pk=successor.pk).update(stand_in=None)
    deputised.exclude(pk=successor.pk).update(stand_in=successor)


def _move_role(asked: Leaving, memberships: dict[int, Membership]) -> None:
    """Give the role away; who has one in the programme keeps the higher of the two.

    From now on it is the manager's word, and not that of a login provider.
    """
    old = memberships.get(asked.from_person.pk)
    own = memberships.get(asked.to_person.pk)
    if old is None:
        return
    if own is None:
        old.user, old.from_provider = asked.to_person, ""
        old.save(update_fields=["user", "from_provider"])
        return
    own.role = min(own.role, old.role, key=_RANKED.index)
    own.partner = own.partner or old.partner
    own.from_provider = ""
    own.save(update_fields=["role", "partner", "from_provider"])
    old.delete()
