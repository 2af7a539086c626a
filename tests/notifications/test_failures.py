"""Administrators are told once a day of mails that were given up, if there are any."""

from datetime import timedelta

import pytest

from notifications import failures, letters, outbox, planner, resend
from notifications.models import Message
from tests.factories import make_member, make_user
from tests.notifications.factories import at, make_message

pytestmark = pytest.mark.django_db

NOW = at("2026-04-08", 9)


def make_failed(state="dead", **fields):
    message = make_message(now=NOW - timedelta(hours=1), **fields)
    Message.objects.filter(pk=message.pk).update(
        state=state, last_error="552 too large", attempts=3
    )
    message.refresh_from_db()
    return message


def make_admin(**fields):
    return make_user(is_staff=True, **fields)


def summaries():
    return Message.objects.filter(kind="failures").order_by("pk")


@pytest.mark.parametrize("state", ["dead", "uncertain"])
def test_each_administrator_gets_one_mail(state):
    admin = make_admin()
    make_admin(is_active=False)
    make_user()
    make_failed(state)

    failures.summarise(now=NOW)

    assert [one.recipient for one in summaries()] == [admin]


def test_without_a_failure_there_is_no_mail():
    make_admin()
    make_message(now=NOW)
    make_failed("suppressed")

    assert failures.summarise(now=NOW) == 0


def test_it_comes_once_a_day_and_only_when_there_is_something_new():
    make_admin()
    make_failed()
    for minutes in range(3):
        failures.summarise(now=NOW + timedelta(minutes=minutes))
    make_failed()
    same_day = failures.summarise(now=NOW + timedelta(hours=2))
    next_day = failures.summarise(now=NOW + timedelta(days=1))
    nothing_new = failures.summarise(now=NOW + timedelta(days=2))

    assert (same_day, next_day, nothing_new) == (0, 1, 0)
    assert summaries().count() == 2


def test_what_is_given_up_again_is_news_again():
    make_admin()
    message = make_failed()
    manager = make_member(message.activity.programme)
    failures.summarise(now=NOW)
    resend.send_again(message, by=manager, at=NOW)
    Message.objects.filter(pk=message.pk).update(state="dead", attempts=4)

    assert failures.summarise(now=NOW + timedelta(days=1)) == 1


def test_it_is_not_made_at_night():
    make_admin()
    make_failed()

    assert failures.summarise(now=at("2026-04-08", 3)) == 0


def test_a_summary_that_fails_does_not_call_for_another():
    make_admin()
    make_failed()
    failures.summarise(now=NOW)
    Message.objects.update(state="dead")

    assert failures.summarise(now=NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("da", "1 mail kunne ikke sendes", "kunne ikke sendes"),
        ("en", "1 mail could not be sent", "could not be sent"),
    ],
)
def test_it_says_which_mail_and_why_in_both_languages(language, subject, said):
    make_admin(language=language)
    failed = make_failed()
    failures.summarise(now=NOW)

    letter = letters.write(summaries().get(), [], now=NOW)

    assert letter.subject == subject
    for part in (letter.text, letter.html):
        assert failed.to_address in part
        assert "552 too large" in part
        assert said in part
        assert "/admin/notifications/message/" in part


@pytest.mark.django_db(transaction=True)
def test_planning_makes_it_and_it_is_sent(sink):
    admin = make_admin()
    make_failed()

    planner.run(now=NOW)
    outbox.deliver(now=NOW)

    assert [admin.email] in [mail.recipients for mail in sink.received]
