"""Members: invited, changed, let go; never without a manager."""

import re
from datetime import date

import pytest
import time_machine

from rollout.models import Membership, Role, SettingChange, User
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_milestone,
    make_partner,
    make_programme,
    make_user,
)
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme, name="Eksempel Leder")


@pytest.fixture
def partner(programme):
    return make_partner(programme=programme, name="Center for Kultur")


def invite(client, **values):
    data = {
        "email": "ny@example.org",
        "name": "Eksempel Ny",
        "language": "da",
        "role": "coordinator",
        "partner": "",
    }
    return client.post("/settings/members/new/", data | values, follow=True)


def path_of(person, programme, what=""):
    return f"/settings/members/{person.memberships.get(programme=programme).pk}/{what}"


def test_somebody_new_is_invited_without_a_password(client, manager, partner):
    client.force_login(manager)

    seen = text_of(invite(client, role="partner", partner=partner.pk, language="en"))

    assert "Eksempel Ny er inviteret med en mail." in seen
    assert "Eksempel Leder tilføjede “Eksempel Ny”" in seen
    made = Membership.objects.get(user__email="ny@example.org")
    assert (made.role, made.partner, made.invited_by) == ("partner", partner, manager)
    assert made.invited_at == NOON
    assert made.user.language == "en"
    assert not made.user.has_usable_password()


def test_who_is_known_elsewhere_keeps_name_and_language(client, manager):
    known = make_user(email="kendt@example.org", name="Kendt Navn", language="en")
    client.force_login(manager)

    invite(client, email="Kendt@Example.org", name="Andet Navn")

    assert User.objects.get(email="kendt@example.org") == known
    known.refresh_from_db()
    assert (known.name, known.language) == ("Kendt Navn", "en")
    assert known.memberships.get().role == "coordinator"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"email": "leder@example.org"}, "Personen deltager allerede."),
        ({"email": "borte@example.org"}, "Personen må ikke længere logge ind."),
        ({"role": "partner"}, "Vælg den samarbejdspart, som personen handler for."),
        ({"email": "intet"}, "Det står ved hvert felt."),
        ({"role": "king"}, "Det står ved hvert felt."),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused_and_kept(
    client, programme, values, says
):
    make_user(email="borte@example.org", is_active=False)
    client.force_login(make_member(programme, email="leder@example.org"))

    response = invite(client, **values)

    assert response.status_code == 422
    assert says in text_of(response)
    assert "Eksempel Ny" in response.content.decode()
    assert Membership.objects.count() == 1


def test_another_programmes_partner_cannot_be_chosen(client, manager):
    client.force_login(manager)

    response = invite(client, role="partner", partner=make_partner().pk)

    assert response.status_code == 422
    assert Membership.objects.count() == 1


def test_a_role_is_changed(client, programme, manager, partner):
    person = make_member(programme, Role.OBSERVER, name="Eksempel Person")
    client.force_login(manager)

    seen = text_of(
        client.post(
            path_of(person, programme),
            {"role": "partner", "partner": partner.pk},
            follow=True,
        )
    )

    assert "Eksempel Person har nu rollen “Samarbejdspart" in seen
    found = person.memberships.get()
    assert (found.role, found.partner) == ("partner", partner)


@pytest.mark.parametrize("what", ["", "end/"])
def test_the_last_manager_stays(client, programme, manager, what):
    make_member(programme, Role.MANAGER, is_active=False)
    client.force_login(manager)

    response = client.post(path_of(manager, programme, what), {"role": "observer"})

    assert response.status_code == 422
    assert "Så ville helhedsplanen ikke have nogen leder." in text_of(response)
    assert manager.memberships.get().role == "manager"


def test_who_may_not_end_a_membership_saves_the_role_and_not_the_end(
    client, programme, manager
):
    client.force_login(manager)

    refused = client.post(path_of(manager, programme, "end/")).content.decode()

    save = re.search(r'<form method="post" class="settings-form"[^>]*>', refused)
    assert f'action="{path_of(manager, programme)}"' in save[0]


def test_a_manager_may_step_down_where_there_is_another(client, programme, manager):
    make_member(programme)
    client.force_login(manager)

    client.post(path_of(manager, programme), {"role": "observer"})

    assert manager.memberships.get().role == "observer"


def test_who_is_let_go_sees_nothing_and_stands_in_for_nobody(
    client, programme, manager, partner
):
    person = make_member(programme, Role.PARTNER, partner=partner, name="Ude")
    partner.lead = person
    partner.save()
    away = make_member(programme, stand_in=person, stand_in_until=date(2027, 1, 1))
    client.force_login(manager)

    seen = text_of(client.post(path_of(person, programme, "end/"), follow=True))

    assert "Ude deltager ikke længere i helhedsplanen." in seen
    assert not person.memberships.exists()
    partner.refresh_from_db()
    away.refresh_from_db()
    assert (partner.lead, away.stand_in, away.stand_in_until) == (None, None, None)
    client.force_login(person)
    assert "Du deltager ikke i en helhedsplan endnu" in text_of(client.get("/"))
    assert SettingChange.objects.filter(verb="removed").get().name == "Ude"


def test_who_still_has_something_to_do_cannot_be_let_go(client, programme, manager):
    person = make_member(programme, name="Travl")
    activity = make_activity(programme=programme, state="launched", responsible=person)
    make_milestone(activity=activity, responsible=person)
    client.force_login(manager)

    shown = text_of(client.get(path_of(person, programme)))
    response = client.post(path_of(person, programme, "end/"))

    assert "2 ting ligger stadig hos Travl. Giv dem videre først." in shown
    assert response.status_code == 422
    assert person.memberships.exists()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER, Role.PARTNER])
def test_only_a_manager_looks_or_acts(client, programme, manager, role):
    client.force_login(make_member(programme, role))
    paths = ["/settings/members/", "/settings/members/new/"]
    paths += [path_of(manager, programme)]

    assert [client.get(path).status_code for path in paths] == [403] * 3
    assert invite(client).status_code == 403
    data = {"role": "observer"}
    assert client.post(path_of(manager, programme), data).status_code == 403
    assert client.post(path_of(manager, programme, "end/")).status_code == 403
    assert manager.memberships.get().role == "manager"


def test_another_programmes_members_are_not_there(client, manager):
    other = make_programme()
    stranger = make_member(other)
    client.force_login(manager)

    assert client.get(path_of(stranger, other)).status_code == 404
    assert client.post(path_of(stranger, other, "end/")).status_code == 404
    query = {"programme": other.code}
    assert client.get("/settings/members/", query).status_code == 404


def test_nobody_is_let_go_by_looking(client, programme, manager):
    client.force_login(manager)

    assert client.get(path_of(manager, programme, "end/")).status_code == 405


def test_the_list_sorts_and_is_downloaded(client, programme, manager, partner):
    make_member(programme, Role.PARTNER, partner=partner, name="Ane")
    client.force_login(manager)

    rows = client.get("/settings/members/?sort=-name").context["listed"].rows
    file = client.get("/settings/members/?format=csv").content.decode("utf-8-sig")

    assert [row.user.name for row in rows] == ["Eksempel Leder", "Ane"]
    assert file.splitlines()[1].startswith("Ane;")


def test_more_members_ask_no_more_queries(
    client, programme, manager, partner, django_assert_num_queries
):
    client.force_login(manager)
    for _round in range(2):
        make_member(programme, Role.PARTNER, partner=partner)

        with django_assert_num_queries(8):
            client.get("/settings/members/")
