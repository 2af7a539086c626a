"""A partner's page and a person's: what was promised, delivered, and is owed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from rollout.models import Membership, Role
from rollout.record import record_of
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_indicator,
    make_measurement,
    make_member,
    make_milestone,
    make_partner,
    make_programme,
    make_request,
    make_user,
)
from tests.rollout.test_web_overview import text_of
from workflows.engine import perform

pytestmark = pytest.mark.django_db

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def partner():
    return make_partner(name="Center for Kultur og Fritid")


@pytest.fixture
def manager(partner):
    return make_member(partner.programme)


@pytest.fixture
def activity(partner):
    return make_activity(
        state="launched", programme=partner.programme, responsible_partner=partner
    )


def done(milestone, by, on):
    at = datetime(on.year, on.month, on.day, 10, tzinfo=COPENHAGEN)
    return perform(milestone, "finish", by=by, at=at)


def page(client, partner, query=""):
    return client.get(f"/partners/{partner.pk}/{query}")


def test_it_tells_what_is_owed_delivered_and_promised(
    client, partner, manager, activity
):
    make_milestone(
        activity=activity, title="for sent", due_on=TODAY - timedelta(days=3)
    )
    kept = make_milestone(activity=activity, title="gjort", responsible=manager)
    done(kept, manager, TODAY)
    dropped = make_milestone(activity=activity, title="opgivet")
    perform(dropped, "drop", by=manager, at=NOON, reason="Ikke mere")
    planned = make_activity(programme=partner.programme, responsible_partner=partner)
    make_milestone(activity=planned, title="engang")
    client.force_login(manager)

    seen = {show: text_of(page(client, partner, f"?show={show}")) for show in SHOWS}

    assert "Skylder: 1 1 overskredet Leveret: 1 Lovet i alt: 3" in seen["owed"]
    found = {
        show: [title for title in TITLES if title in text]
        for show, text in seen.items()
    }
    assert found == {
        "owed": ["for sent"],
        "kept": ["gjort"],
        "all": ["for sent", "gjort", "engang"],
    }


SHOWS = ("owed", "kept", "all")
TITLES = ("for sent", "gjort", "opgivet", "engang")


def test_a_milestone_of_another_partner_is_not_this_ones(
    client, partner, manager, activity
):
    other = make_partner(programme=partner.programme)
    make_milestone(activity=activity, title="de andres", responsible_partner=other)
    client.force_login(manager)

    assert "de andres" not in text_of(page(client, partner))
    assert "de andres" in text_of(page(client, other))


def test_response_times_are_medians_of_working_days(partner, manager, activity):
    # A Friday; the Monday after it is one working day later.
    for due, kept in ((27, 27), (27, 26), (20, 23)):
        made = make_milestone(activity=activity, due_on=date(2026, 2, due))
        done(made, manager, date(2026, 2, kept))
    indicator = make_indicator()
    indicator.objective.focus_area.programme = partner.programme
    indicator.objective.focus_area.save()
    request = make_request(indicator=indicator, partner=partner, due_on=TODAY)
    make_measurement(
        data_request=request,
        status="submitted",
        submitted_at=NOON + timedelta(days=2),
    )

    record = record_of(partner, user=manager)

    # The round was agreed on the Monday and answered on the Wednesday.
    assert (record.answering.days, record.answering.count) == (2, 1)
    assert (record.keeping.days, record.keeping.count) == (0.5, 4)


def test_the_page_states_what_the_response_time_rests_on(
    client, partner, manager, activity
):
    made = make_milestone(activity=activity, due_on=date(2026, 3, 6))
    done(made, manager, date(2026, 3, 2))
    client.force_login(manager)

    seen = text_of(page(client, partner))

    assert "4 arbejdsdage før tiden Median fra fristen til milepælen var nået" in seen
    assert "1 i alt." in seen


def test_a_returned_number_is_owed_again(client, partner, manager):
    indicator = make_indicator()
    indicator.objective.focus_area.programme = partner.programme
    indicator.objective.focus_area.save()
    request = make_request(indicator=indicator, partner=partner, question="Hvor mange?")
    value = make_measurement(
        data_request=request, status="submitted", submitted_at=NOON
    )
    client.force_login(manager)
    assert "Hvor mange?" not in text_of(page(client, partner))

    value.status, value.returned_reason = "returned", "Tjek igen"
    value.save()

    assert "Hvor mange?" in text_of(page(client, partner))


def test_contacts_are_named_with_who_stands_in(client, partner, manager):
    contact = make_member(
        partner.programme, Role.PARTNER, partner=partner, name="Eksempel Kontakt"
    )
    contact.stand_in, contact.stand_in_until = manager, date(2026, 3, 9)
    contact.save()
    make_member(
        partner.programme,
        Role.PARTNER,
        partner=partner,
        name="Eksempel Borte",
        is_active=False,
    )
    client.force_login(manager)

    seen = text_of(page(client, partner))

    assert f"Eksempel Kontakt {contact.email}" in seen
    assert "Eksempel Person er stedfortræder til og med 9. marts 2026" in seen
    assert "Eksempel Borte" not in seen


def test_the_list_sorts_by_every_column_in_danish(client, manager, partner):
    for name in ("Ådalen", "Ærø", "Østen", "zoo"):
        make_partner(programme=partner.programme, name=name)
    late = make_activity(state="launched", programme=partner.programme)
    make_milestone(
        activity=late, responsible_partner=partner, due_on=TODAY - timedelta(days=1)
    )
    client.force_login(manager)

    def names(query):
        rows = client.get(f"/partners/{query}").context["listed"].rows
        return [str(row.partner) for row in rows]

    assert names("")[1:] == ["zoo", "Ærø", "Østen", "Ådalen"]
    assert names("?sort=-name")[0] == "Ådalen"
    assert names("?sort=-overdue")[0] == str(partner)
    assert names("?sort=nonsense") == names("")
    html = client.get("/partners/?sort=overdue").content.decode()
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-overdue"' in html


def test_both_lists_are_downloaded_as_shown(client, partner, manager, activity):
    make_milestone(activity=activity, title="Aftalen")
    client.force_login(manager)

    lists = client.get("/partners/?format=csv").content.decode("utf-8-sig")
    owed = page(client, partner, "?format=csv").content.decode("utf-8-sig")

    assert lists.splitlines()[1] == f"{partner};fagcenter;1;1;0"
    assert owed.splitlines()[1].startswith("milepæl;Aftalen;")


def test_a_partner_opens_its_own_page_and_no_others(client, partner, manager):
    other = make_partner(programme=partner.programme, name="De andre")
    person = make_member(partner.programme, Role.PARTNER, partner=partner)
    client.force_login(person)

    assert page(client, partner).status_code == 200
    assert page(client, other).status_code == 404
    listed = text_of(client.get("/partners/"))
    assert str(partner) in listed
    assert "De andre" not in listed


def test_another_programmes_partner_and_people_are_not_there(client, partner, manager):
    client.force_login(make_member(make_programme()))

    assert page(client, partner).status_code == 404
    assert client.get(f"/people/{manager.pk}/").status_code == 404
    assert str(partner) not in text_of(client.get("/partners/"))


def test_who_takes_part_in_nothing_opens_their_own_page_only(client, manager):
    alone = make_user(name="Eksempel Alene")
    client.force_login(alone)

    assert "Eksempel Alene" in text_of(client.get(f"/people/{alone.pk}/"))
    assert client.get(f"/people/{manager.pk}/").status_code == 404


def test_a_persons_page_tells_role_partner_and_what_lies_with_them(
    client, partner, manager, activity
):
    contact = make_member(
        partner.programme, Role.PARTNER, partner=partner, name="Eksempel Kontakt"
    )
    make_milestone(
        activity=activity,
        title="Aftalen",
        responsible=contact,
        due_on=TODAY - timedelta(days=1),
    )
    client.force_login(manager)

    response = client.get(f"/people/{contact.pk}/")

    seen = text_of(response)
    assert "Samarbejdspart · Center for Kultur og Fritid" in seen
    assert "Ligger hos personen 1 Aftalen" in seen
    assert "fristen var" in seen
    assert "Markér som færdig" not in seen


def test_a_partner_sees_colleagues_and_nobody_elses_page(client, partner, manager):
    person, colleague = (
        make_member(partner.programme, Role.PARTNER, partner=partner) for _ in range(2)
    )
    stranger = make_member(partner.programme, Role.PARTNER)
    client.force_login(person)

    codes = [
        client.get(f"/people/{one.pk}/").status_code
        for one in (person, colleague, stranger, manager)
    ]

    assert codes == [200, 200, 404, 404]


@pytest.mark.parametrize(
    ("path", "queries"), [("/partners/", 11), ("partner", 11), ("person", 12)]
)
def test_more_of_everything_asks_no_more_queries(
    client, partner, manager, activity, django_assert_num_queries, path, queries
):
    contact = make_member(partner.programme, Role.PARTNER, partner=partner)
    address = {
        "partner": f"/partners/{partner.pk}/",
        "person": f"/people/{contact.pk}/",
    }.get(path, path)
    client.force_login(manager)

    for _round in range(2):
        make_partner(programme=partner.programme)
        make_member(partner.programme, Role.PARTNER, partner=partner, stand_in=contact)
        busy = make_activity(
            state="launched",
            programme=partner.programme,
            responsible_partner=partner,
            responsible=contact,
        )
        make_milestone(activity=busy, responsible=contact)
        done(make_milestone(activity=busy), manager, TODAY)
        indicator = make_indicator()
        indicator.objective.focus_area.programme = partner.programme
        indicator.objective.focus_area.save()
        make_request(indicator=indicator, partner=partner, responsible=contact)

        with django_assert_num_queries(queries):
            client.get(address)


def test_a_person_in_several_programmes_is_told_with_each(client, partner, manager):
    other = make_programme(name="En anden helhedsplan")
    Membership.objects.create(user=manager, programme=other, role=Role.OBSERVER)
    client.force_login(manager)

    seen = text_of(client.get(f"/people/{manager.pk}/"))

    assert "En anden helhedsplan Observatør" in seen
