"""Memberships follow a login provider: one for each, and gone without a trace."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from rollout.models import Membership, Role, SettingChange
from rollout.services import GrantedRole, follow_claims
from tests.factories import (
    NOON,
    make_member,
    make_partner,
    make_programme,
    make_user,
)


def follow(person, *grants):
    follow_claims(person, provider="kommune", grants=grants, at=NOON)


@pytest.mark.django_db
def test_whose_role_ends_there_leads_no_partner_and_stands_in_for_nobody():
    partner, person = make_partner(), make_user(name="Ude")
    programme = partner.programme
    follow(person, GrantedRole(programme.code, Role.COORDINATOR))
    partner.lead = person
    partner.save()
    away = make_member(programme, stand_in=person, stand_in_until=date(2027, 1, 1))

    follow(person)

    assert not person.memberships.exists()
    partner.refresh_from_db()
    away.refresh_from_db()
    assert (partner.lead, away.stand_in, away.stand_in_until) == (None, None, None)
    assert SettingChange.objects.get(verb="removed").name == "Ude"


@pytest.mark.django_db
def test_the_last_manager_goes_when_the_provider_says_so():
    programme, person = make_programme(), make_user()
    follow(person, GrantedRole(programme.code, Role.MANAGER))

    follow(person)

    assert not programme.memberships.exists()


@pytest.mark.django_db(transaction=True)
def test_two_logins_at_once_make_one_membership():
    programme, person = make_programme(), make_user()
    barrier = Barrier(2)

    def grants():
        barrier.wait(timeout=60)
        yield GrantedRole(programme.code, Role.OBSERVER)

    def log_in(_number):
        try:
            follow_claims(person, provider="kommune", grants=grants(), at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(log_in, range(2)))

    assert Membership.objects.get().from_provider == "kommune"
    assert SettingChange.objects.get().verb == "added"
