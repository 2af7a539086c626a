"""A mail that comes back has one effect, on its own address alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError

from notifications import bounces, compose, explain, outbox, planner
from notifications.bounces import Report
from notifications.models import Bounce, Message, Reminder, Returned, SuppressedAddress
from rollout.models import Membership, Role
from tests.factories import make_member, make_partner, make_user
from tests.notifications.bounced.scene import NOW, hard, in_force, soft
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_message,
    make_running_activity,
    steps_of,
)
from workflows.engine import NotAllowed


@pytest.mark.django_db
def test_a_hard_report_silences_the_address_of_its_mail():
    message = make_message(to_address="Borte@example.org")

    bounce = bounces.take_in(hard(), message, now=NOW)

    [address] = SuppressedAddress.objects.all()
    message.refresh_from_db()
    assert (bounce.address, bounce.status) == ("borte@example.org", "5.1.1")
    assert (address.address, address.reason) == (
        "borte@example.org",
        "550 5.1.1 User unknown",
    )
    assert message.bounced_at == NOW


@pytest.mark.django_db
def test_a_report_that_arrives_twice_has_one_effect():
    message = make_message()

    first = bounces.take_in(hard(), message, now=NOW)
    second = bounces.take_in(hard(), message, now=NOW + timedelta(hours=1))

    assert first is not None
    assert second is None
    assert (Bounce.objects.count(), SuppressedAddress.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_report_that_is_older_than_the_lifting_does_not_undo_it():
    message = make_message(recipient=make_user(email="kontakt@example.org"))
    manager, address = lifted(message)

    bounces.take_in(hard("late"), message, now=NOW + timedelta(days=2))

    assert address.lifted_by == manager
    assert in_force() == []


def lifted(message):
    """Silence the address of a mail and let mail flow again a day later."""
    manager = make_member(make_running_activity().programme)
    programme = manager.memberships.get().programme
    Membership.objects.create(
        user=message.recipient,
        programme=programme,
        role=Role.PARTNER,
        partner=make_partner(programme=programme),
    )
    bounces.take_in(hard(), message, now=NOW)
    address = SuppressedAddress.objects.get()
    bounces.lift(address, by=manager, at=NOW + timedelta(days=1))
    address.refresh_from_db()
    return manager, address


@pytest.mark.django_db
def test_a_report_after_the_lifting_silences_the_address_again():
    message = make_message(recipient=make_user(email="kontakt@example.org"))
    lifted(message)

    later = NOW + timedelta(days=2)
    bounces.take_in(hard("new", when=later), message, now=later)

    assert in_force() == ["kontakt@example.org"]
    assert SuppressedAddress.objects.count() == 2


@pytest.mark.django_db
def test_soft_reports_are_counted_and_five_mails_silence_the_address():
    person = make_user()
    mails = [make_message(recipient=person) for _ in range(5)]

    for mail in mails[:4]:
        bounces.take_in(soft(f"mail-{mail.pk}"), mail, now=NOW)
    # The same mail again says nothing new.
    bounces.take_in(soft("again"), mails[0], now=NOW)
    before = in_force()
    bounces.take_in(soft("fifth"), mails[4], now=NOW)

    assert before == []
    assert in_force() == [person.email]


@pytest.mark.django_db
def test_soft_reports_of_long_ago_do_not_count():
    person = make_user()
    for n in range(5):
        mail = make_message(recipient=person)
        when = NOW - timedelta(days=20 * n)
        bounces.take_in(soft(f"report-{n}", when=when), mail, now=NOW)

    assert in_force() == []


@pytest.mark.django_db
def test_a_complaint_silences_the_address_though_the_mail_arrived():
    message = make_message()

    bounces.take_in(Report(Returned.COMPLAINT, "c", NOW), message, now=NOW)

    message.refresh_from_db()
    assert in_force() == [message.to_address]
    assert message.bounced_at is None


@pytest.mark.django_db
def test_what_was_reported_cannot_be_changed():
    bounce = bounces.take_in(hard(), make_message(), now=NOW)

    with pytest.raises(DatabaseError, match="append_only"):
        Bounce.objects.filter(pk=bounce.pk).update(kind=Returned.SOFT)


# --- who is told, and who gets the reminder -------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_next_in_line_gets_the_reminder(bounced, sink):
    planner.run(now=NOW + timedelta(minutes=1))
    outbox.deliver(now=NOW + timedelta(minutes=1))

    told = dict(
        Reminder.objects.filter(step=-5).values_list("recipient__name", "state")
    )
    assert told == {"Kontakt": "merged", "Koordinator": "merged"}
    coordinator = Membership.objects.get(role=Role.COORDINATOR).user
    assert [mail.recipients for mail in sink.received][1:] == 2 * [[coordinator.email]]
    assert Message.objects.filter(kind="bounce", recipient=coordinator).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_colleague_at_the_same_partner_comes_before_the_coordinator(bounced):
    gone = bounced.responsible.memberships.get()
    make_member(bounced.programme, Role.PARTNER, partner=gone.partner, name="Kollega")
    bounced.responsible_partner = gone.partner
    bounced.save()

    planner.run(now=NOW + timedelta(minutes=1))

    assert steps_of(bounced, recipient__name="Kollega")[-5] == "merged"


@pytest.mark.django_db(transaction=True)
def test_what_came_back_from_a_stand_in_goes_to_the_person(sink):
    activity = make_running_activity()
    stand_in = make_user(name="Vikar")
    person = activity.responsible
    person.stand_in = stand_in
    person.save()
    milestone = make_due_milestone("2026-04-15", activity=activity)
    planner.run(now=NOW)
    outbox.deliver(now=NOW)
    bounces.take_in(hard(), Message.objects.get(), now=NOW)

    planner.run(now=NOW + timedelta(minutes=1))

    assert steps_of(milestone, recipient=person)[-5] == "merged"


@pytest.mark.django_db(transaction=True)
def test_the_coordinator_is_told_once_in_both_languages(bounced, sink):
    coordinator = Membership.objects.get(role=Role.COORDINATOR).user
    other = make_member(bounced.programme, Role.COORDINATOR, language="en")
    for minutes in (1, 2):
        planner.run(now=NOW + timedelta(minutes=minutes))

    outbox.deliver(now=NOW + timedelta(minutes=3))

    told = Message.objects.filter(kind="bounce").order_by("pk")
    danish, english = told
    assert [m.recipient for m in told] == [coordinator, other]
    assert danish.subject == "Mails til Kontakt kommer ikke frem"
    assert "550 5.1.1 User unknown" in danish.text
    assert "Påmindelserne går til den næste i rækken" in danish.text
    assert english.subject == "Mails to Kontakt do not arrive"
    assert "/messages/addresses/" in english.html


@pytest.mark.django_db(transaction=True)
def test_an_address_refused_while_sending_is_told_of_as_well(sink):
    milestone = make_due_milestone("2026-04-15")
    person = milestone.activity.responsible
    Membership.objects.create(
        user=person, programme=milestone.programme, role=Role.COORDINATOR
    )
    manager = make_member(milestone.programme)
    sink.at_rcpt = lambda to: "550 5.1.1 unknown" if to == person.email else None
    planner.run(now=NOW)
    outbox.deliver(now=NOW)

    planner.run(now=NOW + timedelta(minutes=1))

    [told] = Message.objects.filter(kind="bounce")
    # Not the coordinator: the dead address is the coordinator's own.
    assert told.recipient == manager
    assert SuppressedAddress.objects.get().message_id is not None


@pytest.mark.django_db(transaction=True)
def test_the_sentence_says_that_it_came_back(bounced):
    said = explain.explain(
        f"milestone:{bounced.pk}", bounced.responsible, now=NOW + timedelta(hours=1)
    )

    assert "men den kom retur onsdag 8. april kl. 09.00" in said


# --- lifting --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARTNER, Role.OBSERVER])
def test_only_a_manager_lifts(role):
    message = make_message(recipient=make_user())
    programme = make_running_activity().programme
    Membership.objects.create(
        user=message.recipient, programme=programme, role=Role.COORDINATOR
    )
    bounces.take_in(hard(), message, now=NOW)
    address = SuppressedAddress.objects.get()

    with pytest.raises(NotAllowed):
        bounces.lift(address, by=make_member(programme, role), at=NOW)
    with pytest.raises(NotAllowed):
        # Nor a manager of another programme.
        bounces.lift(address, by=make_member(make_running_activity().programme), at=NOW)

    assert in_force() == [message.to_address]


@pytest.mark.django_db(transaction=True)
def test_after_lifting_the_person_is_reminded_again(bounced):
    manager = make_member(bounced.programme)
    address = SuppressedAddress.objects.get()

    bounces.lift(address, by=manager, at=NOW + timedelta(days=1))
    compose.remind(now=at("2026-04-15"))

    assert steps_of(bounced, recipient=bounced.responsible)[0] == "merged"
