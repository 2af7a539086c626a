"""What an action link is good for, and everything for which it is not."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications import answering, deciding, letters, links
from notifications.answering import Said
from notifications.links import Standing
from notifications.models import (
    ActionLink,
    Answer,
    Choice,
    LinkUse,
    Message,
    MessageKind,
    Purpose,
)
from rollout.models import Measurement, Milestone, Role
from rollout.services import Invalid
from tests.factories import (
    make_member,
    make_milestone,
)
from workflows.engine import Blocked, perform

from .factories import at

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02", 9)


def partner_of(contact):
    return contact.memberships.get().partner


def issue(asked, to, **more):
    token = links.issue(asked, to=to, message=None, at=NOW, **more)
    assert token is not None
    return links.digest_of(token)


def standing(digest, now=NOW):
    return links.find(digest, at=now).standing


def later(**time):
    return NOW + timedelta(**time)


def test_only_the_digest_of_a_256_bit_token_is_stored(milestone, contact):
    token = links.issue(milestone, to=contact, message=None, at=NOW)

    row = ActionLink.objects.values().get()
    assert len(token) >= 43
    assert row["digest"] == links.digest_of(token)
    assert token not in str(row)


def test_the_database_refuses_a_token_in_place_of_a_digest(milestone, contact):
    digest = issue(milestone, contact)

    with pytest.raises(Exception, match="stores_a_digest"), transaction.atomic():
        ActionLink.objects.filter(digest=digest).update(digest="a" * 43)


def test_done_finishes_the_milestone_as_the_recipient(milestone, contact):
    digest = issue(milestone, contact)

    answering.answer(digest, Said(Choice.DONE, note="Nøglen er hentet"), at=NOW)

    record = milestone.history.get()
    assert (record.transition, record.by, record.reason) == (
        "finish",
        contact,
        "Nøglen er hentet",
    )
    assert standing(digest) is Standing.USED


def test_who_answered_gets_a_receipt_and_the_coordinator_is_told(milestone, contact):
    answering.answer(issue(milestone, contact), Said(Choice.DONE), at=NOW)

    told = dict(Message.objects.values_list("kind", "recipient__name"))
    assert told == {"receipt": "Eksempel Kontakt", "answer": "Eksempel Koordinator"}


def test_a_second_answer_changes_nothing(milestone, contact):
    digest = issue(milestone, contact)
    answering.answer(digest, Said(Choice.DONE), at=NOW)

    answering.answer(digest, Said(Choice.NOT_RELEVANT, note="nej"), at=NOW)

    assert Answer.objects.get().choice == Choice.DONE


@pytest.mark.django_db(transaction=True)
def test_twenty_posts_at_once_act_once(milestone, contact):
    digest = issue(milestone, contact)
    barrier, faults = Barrier(20), []

    def post():
        try:
            barrier.wait()
            answering.answer(digest, Said(Choice.DONE), at=NOW)
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert Answer.objects.count() == milestone.history.count() == 1
    assert Message.objects.filter(kind=MessageKind.RECEIPT).count() == 1


def test_a_missing_predecessor_is_said_and_the_link_stays_good(milestone, contact):
    milestone.predecessors.add(make_milestone(activity=milestone.activity))
    digest = issue(milestone, contact)

    with pytest.raises(Blocked):
        answering.answer(digest, Said(Choice.DONE), at=NOW)

    assert standing(digest) is Standing.LIVE
    assert not Answer.objects.exists()


def test_a_link_expires(milestone, contact):
    digest = issue(milestone, contact)
    late = NOW + links.LIFETIME

    answering.answer(digest, Said(Choice.DONE), at=late)

    assert standing(digest, late) is Standing.EXPIRED
    assert Milestone.objects.get(pk=milestone.pk).state == "open"


def test_a_link_is_dead_once_the_state_moved(milestone, contact):
    digest = issue(milestone, contact)
    perform(milestone, "finish", by=contact, at=NOW)

    assert standing(digest) is Standing.MOVED_ON


def test_a_reopened_milestone_does_not_revive_an_old_link(milestone, contact):
    digest = issue(milestone, contact)
    perform(milestone, "finish", by=contact, at=NOW)
    perform(milestone, "reopen", by=contact, at=NOW, reason="alligevel ikke")

    assert standing(digest) is Standing.MOVED_ON


def test_a_link_is_dead_once_somebody_else_is_responsible(milestone, contact):
    digest = issue(milestone, contact)
    milestone.responsible = make_member(milestone.programme)
    milestone.save()

    assert standing(digest) is Standing.MOVED_ON


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "ny@example.org"}])
def test_a_link_is_dead_once_its_mailbox_is_not_the_persons(milestone, contact, change):
    digest = issue(milestone, contact)
    for name, value in change.items():
        setattr(contact, name, value)
    contact.save()

    assert standing(digest) is Standing.NOT_YOURS


def test_a_link_is_dead_once_the_person_takes_no_part(milestone, contact):
    digest = issue(milestone, contact)
    contact.memberships.all().delete()

    assert standing(digest) is Standing.NOT_YOURS


def test_a_new_title_or_date_leaves_a_link_alive(milestone, contact):
    digest = issue(milestone, contact)
    milestone.title, milestone.due_on = "Andet navn", date(2026, 5, 1)
    milestone.save()

    assert standing(digest) is Standing.LIVE


def test_a_link_is_good_for_no_other_object_and_no_other_purpose(milestone, contact):
    other = make_milestone(activity=milestone.activity, responsible=contact)
    digest = issue(milestone, contact)

    deciding.decide_by_link(digest, accept=True, at=NOW)
    answering.undo(digest, at=NOW)
    assert not Answer.objects.exists()
    answering.answer(digest, Said(Choice.DONE), at=NOW)

    assert Milestone.objects.get(pk=other.pk).state == "open"


def test_an_answer_can_be_undone_within_a_day(milestone, contact):
    digest = issue(milestone, contact)
    answering.answer(digest, Said(Choice.DONE), at=NOW)
    undo = issue(milestone, contact, purpose=Purpose.UNDO, answer=Answer.objects.get())

    answering.undo(undo, at=later(hours=23))
    answering.undo(undo, at=later(hours=23))

    assert Milestone.objects.get(pk=milestone.pk).state == "open"
    assert list(milestone.history.values_list("transition", flat=True)) in (
        ["finish", "reopen"],
        ["reopen", "finish"],
    )


def test_an_answer_cannot_be_undone_after_a_day(milestone, contact):
    digest = issue(milestone, contact)
    answering.answer(digest, Said(Choice.DONE), at=NOW)

    answering.undo(digest, at=later(hours=24))

    assert Milestone.objects.get(pk=milestone.pk).state == "done"


def test_a_colleague_gets_it_and_is_told(milestone, contact):
    colleague = partner_of(contact).memberships.exclude(user=contact).get().user
    digest = issue(milestone, contact)

    answering.answer(digest, Said(Choice.NOT_MINE, colleague=colleague), at=NOW)

    assert Milestone.objects.get(pk=milestone.pk).responsible == colleague
    assert Message.objects.get(kind=MessageKind.HANDED_OVER).recipient == colleague
    answering.undo(digest, at=later(hours=1))
    assert Milestone.objects.get(pk=milestone.pk).responsible == contact


def test_nobody_can_hand_over_to_a_stranger(milestone, contact):
    stranger = make_member(milestone.programme, Role.PARTNER)

    with pytest.raises(Invalid):
        answering.answer(
            issue(milestone, contact),
            Said(Choice.NOT_MINE, colleague=stranger),
            at=NOW,
        )


@pytest.mark.parametrize(
    ("accept", "due_on"), [(True, date(2026, 5, 4)), (False, date(2026, 4, 15))]
)
def test_the_coordinator_decides_on_more_time_once(milestone, contact, accept, due_on):
    said = Said(Choice.MORE_TIME, note="ferie", new_due_on=date(2026, 5, 4))
    answering.answer(issue(milestone, contact), said, at=NOW)
    assert Milestone.objects.get(pk=milestone.pk).due_on == date(2026, 4, 15)
    coordinator = Message.objects.get(kind=MessageKind.ANSWER).recipient
    decide = issue(
        milestone, coordinator, purpose=Purpose.DECIDE, answer=Answer.objects.get()
    )

    deciding.decide_by_link(decide, accept=accept, at=NOW)
    deciding.decide_by_link(decide, accept=not accept, at=NOW)

    assert Milestone.objects.get(pk=milestone.pk).due_on == due_on
    assert Message.objects.get(kind=MessageKind.DECISION).recipient == contact


@pytest.mark.parametrize(("accept", "state"), [(True, "dropped"), (False, "open")])
def test_the_coordinator_decides_on_what_is_no_longer_relevant(
    milestone, contact, accept, state
):
    said = Said(Choice.NOT_RELEVANT, note="Foreningen er lukket")
    answering.answer(issue(milestone, contact), said, at=NOW)
    coordinator = Message.objects.get(kind=MessageKind.ANSWER).recipient
    decide = issue(
        milestone, coordinator, purpose=Purpose.DECIDE, answer=Answer.objects.get()
    )

    deciding.decide_by_link(decide, accept=accept, at=NOW)
    deciding.decide_by_link(decide, accept=not accept, at=NOW)

    assert Milestone.objects.get(pk=milestone.pk).state == state
    told = Message.objects.get(kind=MessageKind.DECISION)
    assert told.recipient == contact
    verb = "udgår" if accept else "skal stadig nås"
    assert verb in letters.write(told, [], now=NOW).subject


def test_the_number_is_submitted_and_can_be_taken_back(request_for_number, contact):
    digest = issue(request_for_number, contact)

    answering.answer(digest, Said(Choice.NUMBER, value=Decimal("12.5")), at=NOW)

    measurement = Measurement.objects.get()
    assert (measurement.value, measurement.status) == (Decimal("12.5"), "submitted")
    assert measurement.submitted_by == contact
    answering.undo(digest, at=later(hours=1))
    measurement.refresh_from_db()
    assert measurement.status == "draft"


@pytest.mark.django_db(transaction=True)
def test_uses_are_only_ever_added(milestone, contact):
    answering.answer(issue(milestone, contact), Said(Choice.DONE), at=NOW)

    for change in (
        lambda: LinkUse.objects.update(at=later(days=1)),
        lambda: LinkUse.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"):
            change()


def test_the_stored_mail_carries_no_token(milestone, contact):
    message = Message.objects.create(
        dedupe_key="k",
        message_id="<k@example.org>",
        kind=MessageKind.HANDED_OVER,
        recipient=contact,
        to_address=contact.email,
        created_at=NOW,
        not_before=NOW,
        params={"answer": _answer(milestone, contact).pk, "event": "given"},
    )

    letter = letters.write(message, [], now=NOW)

    token = re.search(r"/answer/([\w-]{43})/", letter.text)[1]
    assert links.find(links.digest_of(token), at=NOW).standing is Standing.LIVE
    assert token in letter.html
    assert token not in letter.kept(letter.text) + letter.kept(letter.html)


def _answer(milestone, contact):
    return Answer.objects.create(
        kind="milestone",
        object_id=milestone.pk,
        title=milestone.title,
        programme=milestone.programme,
        by=contact,
        at=NOW,
        choice=Choice.NOT_MINE,
        due_on=milestone.due_on,
        undo_until=later(hours=24),
    )


def test_every_mail_about_an_answer_can_be_written(milestone, contact):
    for choice in (Choice.NOT_RELEVANT, Choice.MORE_TIME):
        digest = issue(milestone, contact)
        said = Said(choice, note="derfor", new_due_on=date(2026, 5, 4))
        answering.answer(digest, said, at=NOW)
        answering.undo(digest, at=NOW)

    for message in Message.objects.all():
        for language in ("da", "en"):
            message.recipient.language = language
            letter = letters.write(message, [], now=NOW)
            assert milestone.title in letter.subject
            assert milestone.title in letter.text
            assert milestone.title in letter.html


def test_the_redirect_does_the_same_for_a_known_and_an_unknown_token(
    milestone, contact
):
    known = links.issue(milestone, to=contact, message=None, at=NOW)
    unknown = known[:20] + "x" * (len(known) - 20)
    asked = {}
    for token in (known, unknown):
        with CaptureQueriesContext(connection) as queries:
            answer = Client().get(reverse("notifications:open_link", args=[token]))
        assert answer.status_code == 302
        asked[token] = [query["sql"].split()[0] for query in queries]

    assert asked[known] == asked[unknown]
