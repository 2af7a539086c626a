"""A program takes part under its own name: no login, no mail, tokens of its own."""

import re

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from rest_framework.test import APIClient

from notifications import posting
from rollout import services
from rollout.models import ApiToken, Role, User
from rollout.services import Invalid
from tests.factories import NOON, TODAY, make_member, make_partner, make_programme
from tests.rollout.test_web_overview import text_of
from workflows.engine import NotAllowed

pytestmark = pytest.mark.django_db

LIST = "/settings/service-accounts/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def manager():
    return make_member(make_programme())


def open_account(manager, role=Role.OBSERVER, partner=None):
    return services.open_service_account(
        manager.memberships.get().programme,
        name="Intranet",
        role=role,
        partner=partner,
        by=manager,
        at=NOON,
    )


def opens(secret):
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    return client.get("/api/v1/programmes/").status_code == 200


def test_a_manager_opens_one_gives_it_a_token_and_closes_it(client, manager):
    client.force_login(manager)
    client.post(f"{LIST}new/", {"name": "Intranet", "role": "observer"})
    account = User.objects.get(is_service=True)
    address = f"{LIST}{account.memberships.get().pk}/"

    made = client.post(address, {"name": "Web", "days": "90", "scopes": ["plan:read"]})
    secret = re.search(r"rollout_\w{8}_[-\w]{43}", made.content.decode())[0]

    assert opens(secret)
    assert "Intranet" in text_of(client.get(LIST))
    assert account.email not in text_of(client.get("/settings/members/"))
    client.post(f"{address}closing/")
    assert not opens(secret)
    assert "lukket" in text_of(client.get(LIST))


def test_a_token_of_an_account_is_revoked_by_who_looks_after_it(client, manager):
    membership = open_account(manager)
    token, secret = ApiToken.objects.issue(membership.user, "Web", at=NOON)
    path = f"{LIST}{membership.pk}/tokens/{token.pk}/revocation/"

    client.force_login(make_member(make_programme()))
    assert client.post(path).status_code == 404
    assert opens(secret)

    client.force_login(manager)
    assert client.post(path).status_code == 302
    assert not opens(secret)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARTNER, Role.OBSERVER])
def test_only_managers_look_after_programs(client, manager, role):
    membership = open_account(manager)
    client.force_login(make_member(membership.programme, role))

    for path in (LIST, f"{LIST}new/", f"{LIST}{membership.pk}/"):
        assert client.get(path).status_code == 403
    with pytest.raises(NotAllowed):
        open_account_by(make_member(membership.programme, role), membership.programme)


def open_account_by(person, programme):
    return services.open_service_account(
        programme, name="x", role=Role.OBSERVER, partner=None, by=person, at=NOON
    )


def test_a_program_runs_no_programme_and_acts_for_a_partner_it_names(manager):
    with pytest.raises(Invalid):
        open_account(manager, Role.MANAGER)
    with pytest.raises(Invalid):
        open_account(manager, Role.PARTNER)
    partner = make_partner(programme=manager.memberships.get().programme)

    assert open_account(manager, Role.PARTNER, partner).partner == partner


def test_nobody_makes_tokens_for_people(manager):
    colleague = make_member(manager.memberships.get().programme)

    with pytest.raises(Invalid):
        services.issue_token(
            name="x",
            days=1,
            scopes=["plan:read"],
            programme=None,
            by=manager,
            at=NOON,
            acts_as=colleague,
        )


def test_a_program_cannot_log_in_and_gets_no_mail(client, manager):
    account = open_account(manager, Role.COORDINATOR).user

    client.post(reverse("account_request_login_code"), {"email": account.email})

    assert not mail.outbox
    assert not account.has_usable_password()
    assert posting.mailbox(account, on=TODAY) is None
    assert posting.who_runs(manager.memberships.get().programme.pk) == [manager]


def test_a_programs_account_is_invited_nowhere_else(manager):
    account = open_account(manager).user
    elsewhere = make_member(make_programme())

    with pytest.raises(services.Invalid):
        services.invite_member(
            elsewhere.memberships.get().programme,
            email=account.email,
            name="",
            language="da",
            role=Role.MANAGER,
            partner=None,
            by=elsewhere,
            at=NOON,
        )


def test_it_acts_for_no_partner_of_another_programme(manager):
    with pytest.raises(Invalid):
        open_account(manager, Role.PARTNER, make_partner())


def test_who_manages_one_of_its_programmes_does_not_look_after_it(manager):
    account = open_account(manager).user
    elsewhere = make_member(make_programme()).memberships.get().programme
    account.memberships.create(programme=elsewhere, role=Role.OBSERVER)

    assert not services.looks_after(manager, account)
