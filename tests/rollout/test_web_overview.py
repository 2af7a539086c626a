"""The overview: who sees what, what it says, and what it costs."""

import csv
import re
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine

from rollout.models import Activity, Membership, Role
from rollout.web.attention import FOLDED, SHOWN
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_condition,
    make_focus_area,
    make_indicator,
    make_initiative,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_phase,
    make_place,
    make_programme,
    make_request,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def text_of(response):
    """Return what a reader sees of a page, with single spaces."""
    html = re.sub(
        r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_who_is_not_logged_in_logs_in_first_and_comes_back(client):
    response = client.get("/?programme=ishoj")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/%3Fprogramme%3Dishoj"


def test_the_matrix_tells_state_readiness_and_what_is_missing(client):
    programme = make_programme(name="Helhedsplanen")
    area = make_focus_area(programme=programme)
    initiative = make_initiative(focus_area=area, name="Fritidsjobforløb")
    park, first, second, school = (
        make_place(programme=programme, name=name, position=position, **more)
        for position, (name, more) in enumerate(
            [
                ("Vejleåparken", {}),
                ("Vildtbanegård I", {"requires_readiness": True}),
                ("Vildtbanegård II", {}),
                ("Strandgårdskolen", {"kind": "school"}),
            ]
        )
    )
    running = make_activity(initiative=initiative, place=park, state="launched")
    make_milestone(activity=running, due_on=TODAY - timedelta(days=1))
    make_activity(initiative=initiative, place=first, state="in_clarification")
    make_activity(initiative=initiative, place=second, is_proposal=True)
    make_activity(
        initiative=initiative, place=school, planned_launch_on=date(2026, 5, 11)
    )
    client.force_login(make_member(programme))

    seen = text_of(client.get("/"))

    assert "Hvor langt er vi?" in seen
    assert "1 indsats, 4 aktiviteter · 2. marts 2026 (uge 10)" in seen
    assert "Vejleåparken: iværksat siden 1. nov. 2025 1 milepæl overskredet" in seen
    assert "Vildtbanegård I: under afklaring klar 0 af 3 ansvarlig mangler" in seen
    assert "Vildtbanegård II: forslag ikke bekræftet" in seen
    assert "Strandgårdskolen: planlagt Strandgårdskolen forventet maj 2026" in seen
    assert "2 planlagt, heraf 1 forslag" in seen


def test_what_needs_action_names_who_can_act(client):
    programme = make_programme()
    place = make_place(
        programme=programme, name="Vildtbanegård I", requires_readiness=True
    )
    waiting = make_activity(place=place, state="in_clarification")
    make_condition(
        activity=waiting,
        title="Stillingen",
        body="Byrådet",
        expected_on=TODAY - timedelta(days=9),
    )
    partner = make_partner(programme=programme, name="Center for Kultur og Fritid")
    running = make_activity(programme=programme, state="launched")
    make_milestone(
        activity=running,
        title="Aftalen",
        due_on=date(2026, 2, 27),
        responsible_partner=partner,
    )
    client.force_login(make_member(programme))

    seen = text_of(client.get("/"))

    assert (
        "“Aftalen” skulle være færdig 27. feb. 2026 (uge 9)"
        " · Center for Kultur og Fritid" in seen
    )
    assert "Planlægningen er ikke klar i Vildtbanegård I. Og 3 til." in seen
    assert "helhedsplanens leder, Byrådet" in seen
    assert "Byrådet · var ventet 21. feb. 2026" in seen


def test_a_person_in_several_programmes_chooses(client):
    one, other = make_programme(code="en", name="Den ene"), make_programme(code="to")
    user = make_member(one)
    Membership.objects.create(user=user, programme=other, role=Role.OBSERVER)
    client.force_login(user)

    assert "Vælg en helhedsplan" in text_of(client.get("/"))
    assert "Den ene" in text_of(client.get("/?programme=en"))
    assert client.get("/?programme=en").context["programme"] == one


def test_somebody_elses_programme_is_not_there(client):
    make_programme(code="fremmed")
    client.force_login(make_member(make_programme()))

    assert client.get("/?programme=fremmed").status_code == 404


def test_who_takes_part_in_nothing_is_told_so(client):
    make_programme()
    client.force_login(make_user())

    assert "Du deltager ikke i en helhedsplan endnu" in text_of(client.get("/"))


def test_an_administrator_sees_no_programme_by_that_alone(client):
    make_programme()
    client.force_login(make_user(is_staff=True, is_superuser=True))

    assert "Du deltager ikke i en helhedsplan endnu" in text_of(client.get("/"))


def test_a_partner_sees_only_its_own_part(client):
    programme = make_programme()
    partner = make_partner(programme=programme)
    own = make_initiative(
        focus_area=make_focus_area(programme=programme), name="Vores egen"
    )
    make_activity(initiative=own, responsible_partner=partner)
    other = make_initiative(
        focus_area=make_focus_area(programme=programme), name="En andens"
    )
    make_activity(initiative=other)
    client.force_login(make_member(programme, Role.PARTNER, partner=partner))

    seen = text_of(client.get("/"))

    assert "som din organisation deltager i" in seen
    assert "1 indsats, 1 aktivitet" in seen
    assert "Vores egen" in seen
    assert "En andens" not in seen
    assert "vælg ansvarlig" not in seen


def test_invented_data_is_marked_on_every_page(client):
    programme = make_programme()
    client.force_login(make_member(programme))
    assert "opdigtede" not in text_of(client.get("/"))

    make_milestone(is_example=True)

    assert "opdigtede" in text_of(client.get("/"))
    client.logout()
    assert "opdigtede" in text_of(client.get("/accounts/login/"))


def test_a_person_reads_their_own_language_until_they_choose_another(client):
    programme = make_programme()
    client.force_login(make_member(programme, language="en"))
    assert "How far are we?" in text_of(client.get("/"))

    response = client.post("/language/", {"language": "da", "next": "/"})

    assert response["Location"] == "/"
    assert "Hvor langt er vi?" in text_of(client.get("/"))


def test_english_dates_have_the_day_first(client):
    client.force_login(make_member(make_activity().programme, language="en"))

    assert "2 March 2026 (week 10)" in text_of(client.get("/"))


def test_more_activities_ask_no_more_queries(client, django_assert_num_queries):
    programme = make_programme()
    client.force_login(make_member(programme))

    for _round in range(2):
        area = make_focus_area(programme=programme)
        for state in ("planned", "in_clarification", "launched"):
            activity = make_activity(
                initiative=make_initiative(focus_area=area), state=state
            )
            make_milestone(activity=activity, due_on=TODAY - timedelta(days=1))
            make_condition(activity=activity)

        with django_assert_num_queries(23):
            client.get("/")


# --- a part of the programme ---------------------------------------------------------


def two_activities(programme):
    """Make one launched activity with all that can be filtered by, and another one."""
    area = make_focus_area(programme=programme, code="job", name="Beskæftigelse")
    group = make_place(programme=programme, code="vb", name="Vildtbanegård")
    place = make_place(programme=programme, code="vb-1", name="Den ene", parent=group)
    phase = make_phase(programme=programme, code="fase-1", name="Fase 1")
    partner = make_partner(programme=programme, code="ckf", name="Kulturen")
    one = make_activity(
        initiative=make_initiative(focus_area=area, name="Fritidsjob"),
        place=place,
        phase=phase,
        state="launched",
    )
    one.contributors.add(partner)
    other = make_activity(
        initiative=make_initiative(
            focus_area=make_focus_area(programme=programme), name="Sundhedstjek"
        ),
        place=make_place(programme=programme, name="Den anden"),
    )
    return one, other


@pytest.mark.parametrize(
    "query", ["focus_area=job", "place=vb-1", "place=vb", "phase=fase-1", "partner=ckf"]
)
def test_the_address_chooses_a_part_of_the_programme(client, query):
    programme = make_programme()
    one, other = two_activities(programme)
    for activity in (one, other):
        make_milestone(activity=activity, title=f"Frist i {activity.place}")
        make_condition(activity=activity, title=f"Beslutning om {activity.place}")
    client.force_login(make_member(programme))

    shown = client.get(f"/?{query}")

    assert [cell.activity for cell in shown.context["status"].cells] == [one]
    seen = text_of(shown)
    assert "1 indsats, 1 aktivitet" in seen
    assert "Beslutning om Den ene" in seen
    assert "Beslutning om Den anden" not in seen


def test_filters_are_combined_and_can_match_nothing(client):
    programme = make_programme()
    _one, other = two_activities(programme)
    client.force_login(make_member(programme))

    seen = text_of(client.get(f"/?focus_area=job&place={other.place.code}"))

    assert "Ingen aktivitet passer til filteret." in seen
    assert "Vis alt" in seen


def test_a_code_that_names_nothing_chooses_nothing_and_says_so(client):
    programme = make_programme()
    make_activity(programme=programme)
    client.force_login(make_member(programme))

    shown = client.get("/?place=nowhere")

    assert shown.context["status"].counts.total == 1
    assert "Marker en gyldig valgmulighed" in text_of(shown)
    assert client.get("/?programme=no%00where").status_code == 404


def test_a_partners_own_values_stay_where_only_the_partner_is_chosen(client):
    programme = make_programme()
    one, _other = two_activities(programme)
    [partner] = one.contributors.all()
    indicator = make_indicator(
        objective=make_objective(focus_area=one.initiative.focus_area)
    )
    make_request(
        indicator=indicator, partner=partner, question="Hvor mange?", due_on=TODAY
    )
    client.force_login(make_member(programme))

    assert "Hvor mange?" in text_of(client.get("/?partner=ckf"))
    assert "Hvor mange?" not in text_of(client.get("/?partner=ckf&place=vb"))


def test_the_file_holds_what_the_page_shows(client):
    programme = make_programme()
    one, _other = two_activities(programme)
    make_milestone(activity=one, due_on=TODAY - timedelta(days=1))
    client.force_login(make_member(programme))

    answer = client.get("/?place=vb&format=csv")

    [row] = csv.DictReader(StringIO(answer.content.decode()[1:]), delimiter=";")
    assert row["Indsats"] == "Fritidsjob"
    assert row["Sted"] == "Den ene"
    assert row["Tilstand"] == "iværksat"
    assert row["Iværksat den"] == "2025-11-01"
    assert row["Overskredne milepæle"] == "1"
    assert client.get("/?format=xlsx").status_code == 200
    assert client.get("/?format=exe").status_code == 404


def test_a_file_holds_no_more_than_a_partner_may_see(client):
    programme = make_programme()
    two_activities(programme)
    client.force_login(make_member(programme, Role.PARTNER))

    answer = client.get("/?format=csv").content.decode()

    assert len(answer.splitlines()) == 1


def test_large_activities_are_shown_as_such(client):
    programme = make_programme()
    make_activity(programme=programme, weight=3, state="launched")
    make_activity(programme=programme)
    client.force_login(make_member(programme))

    seen = text_of(client.get("/"))

    assert ", størrelse 3 af 3" in seen
    assert "1 af 2 iværksat" in seen
    assert "målt på størrelse 3 af 4 iværksat" in seen


# --- what needs action, as a list ----------------------------------------------------


def test_a_long_list_ends_with_a_link_to_all_of_it(client):
    programme = make_programme()
    activity = make_activity(programme=programme, state="launched")
    for number in range(SHOWN + FOLDED + 2):
        make_milestone(
            activity=activity, title=f"Nr. {number}", due_on=TODAY - timedelta(days=1)
        )
    client.force_login(make_member(programme))

    shown = client.get("/")
    whole = client.get("/attention/?kind=overdue")

    assert "2 flere på hele listen :" in text_of(shown)
    assert 'href="/attention/?kind=overdue"' in shown.content.decode()
    assert len(whole.context["shown"].object_list) == SHOWN + FOLDED + 2


def test_what_needs_action_is_sorted_filtered_and_downloaded(client):
    programme = make_programme()
    one, other = two_activities(programme)
    for activity, days in ((one, 1), (other, 9)):
        Activity.objects.filter(pk=activity.pk).update(responsible=make_user())
        make_milestone(
            activity=activity,
            title=f"Frist i {activity.place}",
            due_on=TODAY + timedelta(days=days),
        )
    client.force_login(make_member(programme))

    rows = client.get("/attention/?kind=soon&sort=-due").context["shown"].object_list
    narrow = client.get("/attention/?kind=soon&place=vb&format=csv").content.decode()

    assert [row.concern.text for row in rows] == [
        "Frist i Den anden",
        "Frist i Den ene",
    ]
    assert "Frist i Den ene" in narrow
    assert "Den anden" not in narrow


def test_nothing_that_needs_action_is_said_in_words(client):
    client.force_login(make_member(make_programme()))

    assert "Intet er overskredet" in text_of(client.get("/attention/"))
