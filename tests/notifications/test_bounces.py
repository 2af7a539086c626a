"""A mail that comes back has one effect, on its own address alone."""

import io
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import bounces, compose, dsn, explain, outbox, planner, return_path
from notifications.bounces import Report
from notifications.models import (
    Bounce,
    Message,
    Reminder,
    Returned,
    SuppressedAddress,
)
from rollout.models import Membership, Role
from tests.factories import make_member, make_partner, make_user
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_message,
    make_running_activity,
    steps_of,
)
from tests.notifications.returned import exim_report, postfix_report
from workflows.engine import NotAllowed

NOW = at("2026-04-08", 9)


@pytest.fixture(autouse=True)
def _return_path(settings):
    settings.BOUNCE_ADDRESS = "bounce@rollout.example.org"


def hard(key="one", *, when=NOW):
    return Report(Returned.HARD, key, when, "5.1.1", "550 5.1.1 User unknown")


def soft(key, *, when=NOW):
    return Report(Returned.SOFT, key, when, "5.2.2", "552 5.2.2 Mailbox full")


def in_force():
    return list(SuppressedAddress.objects.in_force().values_list("address", flat=True))


# --- the return path ------------------------------------------------------------------


@pytest.mark.django_db
def test_the_return_path_names_the_mail_whatever_its_case():
    message = make_message()

    address = return_path.envelope_sender(message)

    assert address.startswith(f"bounce+{message.pk}.")
    assert return_path.message_at(address.upper()) == message


@pytest.mark.django_db
@pytest.mark.parametrize(
    "forged",
    [
        "bounce+{pk}.00000000000000000000@rollout.example.org",
        "bounce+{pk}@rollout.example.org",
        "bounce+{pk}.@rollout.example.org",
        "bounce+²{mark}@rollout.example.org",
        "bounce+{mark}@elsewhere.example.org",
        "other+{mark}@rollout.example.org",
        "bounce@rollout.example.org",
        "",
    ],
)
def test_a_return_path_cannot_be_made_up(forged):
    message = make_message()
    mark = return_path.mark_of(message)

    assert return_path.message_at(forged.format(pk=message.pk, mark=mark)) is None


@pytest.mark.django_db
def test_the_mark_of_one_mail_is_good_for_no_other():
    one, other = make_message(), make_message()

    signature = return_path.mark_of(one).partition(".")[2]

    assert return_path.message_marked(f"{other.pk}.{signature}") is None


@pytest.mark.django_db(transaction=True)
def test_mails_leave_with_their_own_return_path(sink):
    message = make_message(now=NOW)

    outbox.deliver(now=NOW)

    assert [mail.sender for mail in sink.received] == [
        return_path.envelope_sender(message)
    ]


@pytest.mark.django_db(transaction=True)
def test_without_a_bounce_address_mails_leave_as_before(sink, settings):
    settings.BOUNCE_ADDRESS = ""
    make_message(now=NOW)

    outbox.deliver(now=NOW)

    assert [mail.sender for mail in sink.received] == ["rollout@example.org"]


# --- what a report does ---------------------------------------------------------------


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


@pytest.fixture
def bounced(sink):
    """A reminder that was sent to a partner's contact and came back."""
    activity = make_running_activity(responsible=None)
    programme = activity.programme
    partner = make_partner(programme=programme, name="Skolen")
    contact = make_member(programme, Role.PARTNER, partner=partner, name="Kontakt")
    make_member(programme, Role.COORDINATOR, name="Koordinator")
    milestone = make_due_milestone(
        "2026-04-15", activity=activity, responsible=contact, title="Aftale"
    )
    planner.run(now=NOW)
    outbox.deliver(now=NOW)
    bounces.take_in(hard(), Message.objects.get(), now=NOW)
    return milestone


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


# --- reading reports ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "is_hard"),
    [
        ("550 5.1.1 User unknown in virtual mailbox table", True),
        ("552 5.2.2 Mailbox is full", False),
    ],
)
def test_a_report_that_says_why_only_in_words_is_read(words, is_hard):
    found = dsn.read(exim_report("bounce+1.abc@rollout.example.org", words=words))

    assert (found.text, found.is_hard) == (words, is_hard)


def test_a_postfix_report_is_read():
    found = dsn.read(postfix_report("bounce+1.abc@rollout.example.org"))

    assert found.addresses[0] == "bounce+1.abc@rollout.example.org"
    assert (found.status, found.is_hard) == ("5.1.1", True)
    assert found.text.startswith("550 5.1.1 <borte@example.org>")
    assert found.at.isoformat() == "2026-04-08T08:02:11+02:00"


@pytest.mark.parametrize(
    ("status", "diagnostic", "is_hard"),
    [
        ("5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("5.0.0", "smtp; 550 user unknown", True),
        ("5.2.1", "smtp; 550 5.2.1 mailbox disabled", True),
        ("5.2.2", "smtp; 552 5.2.2 mailbox full", False),
        ("5.7.1", "smtp; 550 5.7.1 blocked by policy", False),
        ("4.4.7", "smtp; 550 4.4.7 QUEUE.Expired; message expired", False),
        ("5.4.4", "X-Postfix; Host not found", False),
        ("5.3.0", "smtp; 554 refused by 10.5.1.9", False),
    ],
)
def test_only_a_wrong_address_is_a_hard_reason(status, diagnostic, is_hard):
    mail = postfix_report("x@example.org", status=status, diagnostic=diagnostic)

    assert dsn.read(mail).is_hard is is_hard


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"From: a@example.org\nAuto-Submitted: auto-replied\n\nI am away.\n",
        postfix_report("x@example.org", action="delayed", status="4.4.1"),
        b"Content-Type: message/delivery-status\n\nnot fields at all",
        b"Content-Type: multipart/report; boundary=\n\n--\n\xff\xfe",
    ],
)
def test_what_reports_no_failure_is_no_report(mail):
    assert dsn.read(mail) is None


@given(
    st.one_of(
        st.binary(max_size=2000),
        st.binary(max_size=60).map(
            lambda noise: postfix_report("x@example.org").replace(b"failed", noise, 1)
        ),
        st.binary(max_size=60).map(
            lambda noise: postfix_report("x@example.org").replace(b"550", noise, 1)
        ),
    )
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_mail_makes_reading_fail(mail):
    dsn.read(mail)


# --- the command ----------------------------------------------------------------------


def run(monkeypatch, mail, *arguments):
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": io.BytesIO(mail)})())
    out = io.StringIO()
    call_command("bounces", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_mail_server_can_pipe_a_report_in(monkeypatch):
    message = make_message(to_address="borte@example.org")
    address = return_path.envelope_sender(message)

    said = run(monkeypatch, postfix_report("someone@example.org"), "--to", address)

    assert "borte@example.org" in said
    assert Bounce.objects.get().message == message


@pytest.mark.django_db
def test_a_forged_report_silences_nobody(monkeypatch):
    make_message(to_address="borte@example.org")

    said = run(monkeypatch, postfix_report("bounce+1.forged@rollout.example.org"))

    assert "Sprunget over" in said
    assert in_force() == []


@pytest.mark.django_db
def test_a_report_cannot_silence_another_address_than_that_of_its_mail(monkeypatch):
    message = make_message(to_address="mine@example.org")
    victim = make_user(email="borte@example.org")

    # It names the victim, whose address it was never about.
    run(monkeypatch, postfix_report(return_path.envelope_sender(message)))

    assert victim.email not in in_force()
    assert in_force() == ["mine@example.org"]


@pytest.mark.django_db
def test_a_maildir_is_read_once(tmp_path, capsys):
    message = make_message(to_address="borte@example.org")
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    report = postfix_report(return_path.envelope_sender(message))
    (tmp_path / "new" / "1.example").write_bytes(report)
    (tmp_path / "new" / "2.example").write_bytes(b"Subject: hej\n\nikke en rapport\n")

    for _ in range(2):
        call_command("bounces", "--maildir", str(tmp_path))

    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert Bounce.objects.count() == 1
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.django_db
def test_what_is_no_maildir_is_refused(tmp_path):
    with pytest.raises(CommandError, match="Maildir"):
        call_command("bounces", "--maildir", str(tmp_path))
