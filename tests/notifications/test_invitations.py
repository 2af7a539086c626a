"""Who was invited gets one mail that says by whom, to what, and how to log in."""

from datetime import timedelta

import pytest

from notifications import compose, invitations, letters
from notifications.models import Message, MessageKind, MessageState, SuppressedAddress
from rollout import services
from rollout.models import Role
from tests.factories import NOON, make_member, make_partner, make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership():
    programme = make_programme(name="Helhedsplanen")
    return services.invite_member(
        programme,
        email="ny@example.org",
        name="Eksempel Ny",
        language="da",
        role=Role.PARTNER,
        partner=make_partner(programme=programme, name="Center for Kultur"),
        by=make_member(programme, name="Eksempel Leder"),
        at=NOON,
    )


def test_an_invitation_is_written_once_however_often_one_looks(membership):
    counts = [invitations.invite(now=NOON + timedelta(minutes=n)) for n in range(3)]

    assert counts == [1, 0, 0]
    message = Message.objects.get(kind=MessageKind.INVITATION)
    assert (message.to_address, message.awaits_window) == ("ny@example.org", False)


def test_planning_invites_too(membership):
    compose.remind(now=NOON)

    assert Message.objects.filter(kind=MessageKind.INVITATION).count() == 1


def test_the_mail_says_by_whom_to_what_and_how_to_log_in(membership, settings):
    settings.BASE_URL = "https://rollout.example.org"
    invitations.invite(now=NOON)
    message = Message.objects.get()

    danish = letters.write(message, [], now=NOON)
    membership.user.language = "en"
    membership.user.save()
    english = letters.write(Message.objects.get(), [], now=NOON)

    assert danish.subject == "Du er inviteret til Helhedsplanen"
    assert "Eksempel Leder har inviteret dig til Helhedsplanen." in danish.text
    assert "Du repræsenterer Center for Kultur" in danish.text
    assert "Log ind med ny@example.org." in danish.text
    assert "https://rollout.example.org/accounts/login/code/" in danish.text
    assert "https://rollout.example.org/accounts/login/code/" in danish.html
    assert english.subject == "You are invited to Helhedsplanen"


def test_who_came_with_a_plan_is_not_invited():
    make_member(make_programme())

    assert invitations.invite(now=NOON) == 0


def test_an_old_invitation_and_a_dead_address_are_let_be(membership):
    assert invitations.invite(now=NOON + timedelta(days=8)) == 0
    SuppressedAddress.objects.create(address="ny@example.org", suppressed_at=NOON)
    membership.user.email = "Ny@example.org"
    membership.user.save()

    assert invitations.invite(now=NOON) == 0


def test_who_can_be_written_to_again_is_invited(membership):
    SuppressedAddress.objects.create(
        address="ny@example.org", suppressed_at=NOON, lifted_at=NOON
    )

    assert invitations.invite(now=NOON) == 1


def test_who_was_let_go_meanwhile_gets_no_mail(membership):
    invitations.invite(now=NOON)
    message = Message.objects.select_related("recipient").get()
    membership.delete()

    dropped = compose.still_wanted([message], now=NOON)[message.pk]

    assert dropped == compose.Dropped(MessageState.OBSOLETE, "no longer true")
