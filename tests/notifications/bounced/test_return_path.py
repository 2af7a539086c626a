"""Each mail has a return path of its own, which nobody can make up."""

from __future__ import annotations

import pytest

from notifications import outbox, return_path
from tests.notifications.bounced.scene import NOW
from tests.notifications.factories import make_message


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
