"""The page of addresses to which nothing is sent, and the button that lifts it."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import bounces
from notifications.bounces import Report
from notifications.models import Returned, SuppressedAddress
from rollout.models import Membership, Role
from tests.factories import make_member, make_partner, make_user
from tests.notifications.factories import at, make_message, make_running_activity

NOW = at("2026-04-08", 9)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def programme():
    return make_running_activity().programme


def silence(programme, name="Kontakt"):
    """Make a partner's contact whose address does not work."""
    person = make_user(name=name)
    Membership.objects.create(
        user=person,
        programme=programme,
        role=Role.PARTNER,
        partner=make_partner(programme=programme),
    )
    mail = make_message(recipient=person, programme=programme, now=NOW)
    words = "550 5.1.1 unknown"
    report = Report(Returned.HARD, f"report-{mail.pk}", NOW, "5.1.1", words)
    bounces.take_in(report, mail, now=NOW)
    return SuppressedAddress.objects.get(address=person.email)


def show(client, user):
    client.force_login(user)
    return client.get("/messages/addresses/")


def test_a_manager_sees_the_addresses_and_why(client, programme):
    address = silence(programme)

    html = show(client, make_member(programme)).content.decode()

    assert address.address in html
    assert "Kontakt" in html
    assert "550 5.1.1 unknown" in html
    assert "Send igen til adressen" in html


def test_what_came_back_is_a_list_beside_it_and_both_are_downloaded(client, programme):
    address = silence(programme)
    client.force_login(make_member(programme))
    path = "/messages/addresses/"

    returned = client.get(f"{path}?show=returned").content.decode()
    files = [
        client.get(f"{path}?format=csv{more}").content.decode()
        for more in ("", "&show=returned")
    ]

    assert address.address in returned
    assert "Send igen til adressen" not in returned
    assert [address.address in one for one in files] == [True, True]
    assert "får ingen mails" in files[0]


def test_a_manager_lets_mail_flow_again_and_it_says_who(client, programme):
    address = silence(programme)
    manager = make_member(programme, name="Mette Leder")
    client.force_login(manager)

    response = client.post(f"/messages/addresses/{address.pk}/lift/", follow=True)

    html = response.content.decode()
    assert "Der sendes igen mails til" in html
    assert "Mette Leder åbnede for mails igen" in html
    assert not SuppressedAddress.objects.in_force().exists()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_others_who_read_the_programme_see_it_and_cannot_lift(client, programme, role):
    address = silence(programme)
    user = make_member(programme, role)

    html = show(client, user).content.decode()
    refused = client.post(f"/messages/addresses/{address.pk}/lift/")

    assert address.address in html
    assert "Send igen til adressen" not in html
    assert refused.status_code == 403
    assert SuppressedAddress.objects.in_force().exists()


def test_a_partner_sees_no_such_page(client, programme):
    address = silence(programme)
    user = make_member(programme, Role.PARTNER)

    assert show(client, user).status_code == 404
    assert client.post(f"/messages/addresses/{address.pk}/lift/").status_code == 404


def test_addresses_of_other_programmes_are_nobody_s_business(client, programme):
    address = silence(make_running_activity().programme)
    manager = make_member(programme)

    html = show(client, manager).content.decode()

    assert address.address not in html
    assert client.post(f"/messages/addresses/{address.pk}/lift/").status_code == 404


def test_looking_lifts_nothing(client, programme):
    address = silence(programme)
    client.force_login(make_member(programme))

    assert client.get(f"/messages/addresses/{address.pk}/lift/").status_code == 405


def test_more_addresses_cost_no_more_queries(client, programme):
    manager = make_member(programme)
    silence(programme)
    show(client, manager)

    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            show(client, manager)
        return len(queries)

    one = count()
    silence(programme, name="En til")
    silence(programme, name="Og en til")

    assert count() == one
