"""The message log: who sees what, and who may send again what was given up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import compose
from notifications.models import Answer, Message, MessageState, Reminder
from notifications.resend import NotGivenUp, send_again
from rollout.models import Membership, Role
from tests.factories import (
    NOON,
    TODAY,
    make_member,
    make_milestone,
    make_programme,
    make_user,
)
from tests.notifications.factories import (
    make_message,
    make_running_activity,
    make_sent_reminder,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make_running_activity().programme


def make_dead(programme, **fields):
    return make_message(
        **{"programme": programme, "state": MessageState.DEAD, "subject": "Aftale"}
        | fields
    )


def test_the_log_lists_the_programmes_mail_and_one_opens(client, programme):
    message = make_dead(programme, text="Kære Eksempel <b>", last_error="552 too big")
    other = make_dead(make_running_activity().programme, subject="Fremmed")
    client.force_login(make_member(programme))

    listed = client.get("/messages/", {"state": "dead"}).content.decode()
    shown = client.get(f"/messages/{message.pk}/").content.decode()

    assert "Aftale" in listed
    assert "Fremmed" not in listed
    assert "Kære Eksempel &lt;b&gt;" in shown
    assert "552 too big" in shown
    assert client.get(f"/messages/{other.pk}/").status_code == 404
    sent = client.get("/messages/", {"state": "sent"}).content.decode()
    assert "Aftale" not in sent


def test_the_log_sorts_and_downloads_what_it_shows(client, programme):
    for subject in ("Aftale", "Brev"):
        make_dead(programme, subject=subject, to_address=f"{subject}@example.org")
    client.force_login(make_member(programme))

    shown = client.get("/messages/?sort=-to").context["shown"].object_list
    file = client.get("/messages/?sort=what&format=csv").content.decode()

    assert [one.subject for one in shown] == ["Brev", "Aftale"]
    assert file.index("Aftale") < file.index("Brev")
    assert "Brev" not in client.get("/messages/?state=sent&format=csv").content.decode()


@pytest.fixture
def reminder_of_a_number():
    reminder = make_sent_reminder(
        make_milestone(), recipient=make_user(), kind="data_request"
    )
    Message.objects.update(text="Fire")
    return reminder.message


@pytest.fixture
def answer_with_a_number(programme):
    given = Answer.objects.create(
        kind="data_request",
        object_id=1,
        title="Unge i job",
        programme=programme,
        at=NOON,
        choice="number",
        value=4,
        due_on=TODAY,
        undo_until=NOON,
    )
    return make_message(
        programme=programme, params={"answer": given.pk}, kind="answer", text="Fire"
    )


@pytest.mark.parametrize("what", ["reminder_of_a_number", "answer_with_a_number"])
@pytest.mark.parametrize(
    ("role", "is_shown"),
    [(Role.MANAGER, True), (Role.COORDINATOR, True), (Role.OBSERVER, False)],
)
def test_what_a_mail_says_of_a_number_is_for_who_may_see_small_ones(
    client, request, what, role, is_shown
):
    message = request.getfixturevalue(what)
    client.force_login(make_member(message.programme, role))

    page = client.get(f"/messages/{message.pk}/").content.decode()

    assert ("Fire" in page) is is_shown
    assert ("kan røbe et lille tal" in page) is not is_shown


def test_one_reads_what_one_was_told_oneself(client, reminder_of_a_number):
    reader = make_member(reminder_of_a_number.programme, Role.OBSERVER)
    Message.objects.update(recipient=reader)
    client.force_login(reader)

    page = client.get(f"/messages/{reminder_of_a_number.pk}/").content.decode()

    assert "Fire" in page


@pytest.mark.parametrize("state", ["dead", "uncertain"])
def test_a_manager_sends_again_with_the_same_key_and_leaves_a_name(
    client, programme, state
):
    message = make_dead(programme, state=state)
    manager = make_member(programme, name="Eksempel Leder")
    client.force_login(manager)

    client.post(f"/messages/{message.pk}/again/")

    key, message_id = message.dedupe_key, message.message_id
    message.refresh_from_db()
    assert message.state == "pending"
    assert (message.dedupe_key, message.message_id) == (key, message_id)
    [asked] = message.params["sent_again"]
    assert (asked["by"], asked["after"]) == (manager.pk, state)
    shown = client.get(f"/messages/{message.pk}/").content.decode()
    assert shown.count("Eksempel Leder,") == 1


def test_what_is_sent_again_is_news_and_is_tried_as_long_as_at_first(programme):
    old = timezone.now() - timedelta(days=8)
    message = make_dead(programme, now=old, expires_at=old + timedelta(days=7))
    now = timezone.now()

    again = send_again(message, by=make_member(programme), at=now)

    assert compose.still_wanted([again], now=now) == {again.pk: []}
    assert again.tried_since == now


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.PARTNER])
def test_others_may_not_send_again(client, programme, role):
    message = make_dead(programme)
    client.force_login(make_member(programme, role))

    answer = client.post(f"/messages/{message.pk}/again/")

    assert answer.status_code in {403, 404}
    message.refresh_from_db()
    assert message.state == "dead"


def test_what_was_sent_is_not_sent_again(programme):
    message = make_message(
        programme=programme, state=MessageState.SENT, sent_at=timezone.now()
    )

    with pytest.raises(NotGivenUp):
        send_again(message, by=make_member(programme), at=timezone.now())


@pytest.mark.parametrize(("runs_both", "status"), [(True, 302), (False, 404)])
def test_a_mail_about_two_programmes_is_sent_again_by_who_runs_both(
    client, programme, runs_both, status
):
    message = make_dead(None, recipient=make_user())
    manager = make_member(programme)
    other = make_running_activity(programme=make_programme())
    for activity in (programme.activities.get(), other):
        milestone = make_milestone(activity=activity)
        reminder = make_sent_reminder(milestone, recipient=message.recipient)
        Reminder.objects.filter(pk=reminder.pk).update(message=message)
    if runs_both:
        Membership.objects.create(
            user=manager, programme=other.programme, role=Role.MANAGER
        )
    client.force_login(manager)

    answer = client.post(f"/messages/{message.pk}/again/")

    message.refresh_from_db()
    assert answer.status_code == status
    assert (message.state == "pending") == runs_both
