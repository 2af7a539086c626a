"""The search: what it finds, how it spells, and who sees what."""

import pytest
import time_machine

from rollout.models import Role, SavedView
from rollout.search import Kind, find
from tests.factories import (
    NOON,
    make_activity,
    make_focus_area,
    make_initiative,
    make_member,
    make_milestone,
    make_partner,
    make_place,
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
    return make_member(programme, name="Ærø Madsen", email="leder@example.org")


@pytest.fixture
def activity(programme):
    initiative = make_initiative(
        focus_area=make_focus_area(programme=programme), name="Fritidsjobforløb"
    )
    place = make_place(programme=programme, name="Vildtbanegård I")
    return make_activity(initiative=initiative, place=place, state="launched")


def names(text, user, **options):
    return [hit.name for hit in find(text, user=user, **options)]


@pytest.mark.parametrize(
    "text",
    [
        "Vejleåparken",
        "vejleaaparken",
        "VEJLEÅPARKEN",
        "vejleåp",
        "vejlaparken",
        "vejleåpaken",
        "velejåparken",
        "parken",
    ],
)
def test_a_place_is_found_however_it_is_spelt(programme, manager, text):
    make_place(programme=programme, name="Vejleåparken")
    make_place(programme=programme, name="Strandgårdskolen")

    assert names(text, manager) == ["Vejleåparken"]


@pytest.mark.parametrize("text", ["ærø", "aeroe", "AERØ", "aerø madsen", "maden"])
def test_a_person_is_found_by_either_spelling(manager, text):
    assert names(text, manager) == ["Ærø Madsen"]


@pytest.mark.parametrize(
    ("text", "name"), [("ozgur", "Özgür Şahin"), ("lukasz", "Łukasz Żak")]
)
def test_other_letters_are_found_by_the_plain_ones(programme, manager, text, name):
    make_member(programme, name=name)

    assert names(text, manager) == [name]


def test_every_kind_of_thing_is_found(programme, manager, activity):
    make_milestone(activity=activity, title="Fritidsjob er aftalt")
    make_partner(programme=programme, name="Fritidsjobbutikken")
    make_place(programme=programme, name="Fritidsjobhuset")
    make_member(programme, name="Fritidsjob Eksempel")
    SavedView.objects.create(
        user=manager, name="Fritidsjob i år", address="/?a=b", saved_at=NOON
    )

    hits = find("fritidsjob", user=manager)

    assert {hit.kind for hit in hits} == set(Kind)
    assert all(hit.likeness == 1 for hit in hits)
    urls = {hit.kind: hit.url for hit in hits}
    assert urls[Kind.ACTIVITY] == f"/activities/{activity.pk}/"
    assert "#initiative-" in urls[Kind.INITIATIVE]
    assert urls[Kind.SAVED] == "/?a=b"


def test_an_activity_is_found_by_initiative_and_place_together(
    programme, manager, activity
):
    make_activity(
        initiative=activity.initiative,
        place=make_place(programme=programme, name="Vejleåparken"),
    )

    assert names("fritid vildt", manager) == ["Fritidsjobforløb · Vildtbanegård I"]


def test_the_closest_name_comes_first(programme, manager):
    for name in ("Vildtbanegård II", "Vildtbanegård", "Vildtbanegård I"):
        make_place(programme=programme, name=name)

    assert names("vildtbanegård", manager)[0] == "Vildtbanegård"
    assert names("vildtbanegård ii", manager)[0] == "Vildtbanegård II"


@pytest.mark.parametrize(
    "text", ["", "  ", "!?", "\0", "'; DROP TABLE", "%", "x" * 500]
)
def test_what_is_no_word_finds_nothing_and_does_no_harm(manager, activity, text):
    assert find(text, user=manager) == []


def test_a_partner_finds_only_what_it_may_open(programme, activity):
    partner = make_partner(programme=programme, name="Fritidscentret")
    person = make_member(
        programme, Role.PARTNER, partner=partner, name="Fritid Eksempel"
    )
    make_milestone(activity=activity, title="Fritid hos andre")
    make_partner(programme=programme, name="Fritidsklubben")
    make_member(programme, name="Fritid Leder")
    own = make_activity(
        initiative=activity.initiative,
        place=make_place(programme=programme, name="Vejleåparken"),
        responsible_partner=partner,
    )
    make_milestone(activity=own, title="Fritid hos os")

    assert sorted(names("fritid", person)) == [
        "Fritid Eksempel",
        "Fritid hos os",
        "Fritidscentret",
        "Fritidsjobforløb",
        "Fritidsjobforløb · Vejleåparken",
    ]


def test_nothing_of_another_programme_or_person_is_found(manager, activity):
    stranger = make_member(make_programme(), name="Fremmed")
    SavedView.objects.create(
        user=manager, name="Fritidsjob", address="/", saved_at=NOON
    )

    assert names("fritid", stranger) == []
    assert names("ærø", stranger) == []
    assert names("fritid", make_user()) == []


def test_the_page_tells_kinds_and_is_narrowed_by_them(client, manager, activity):
    client.force_login(manager)

    seen = text_of(client.get("/search/?q=fritid"))
    only = client.get("/search/?q=fritid&kind=activity").context["hits"]

    assert "2 fund" in seen
    assert "Alle (2) Indsats (1) Aktivitet (1)" in seen
    assert [hit.kind for hit in only] == ["activity"]
    assert 'value="fritid"' in client.get("/search/?q=fritid").content.decode()


def test_what_is_not_found_is_said_with_what_to_try(client, manager):
    client.force_login(manager)

    assert "Intet, som du kan se, hedder det." in text_of(client.get("/search/?q=zzz"))


def test_the_list_under_the_field_ends_with_all_hits(client, manager, activity):
    client.force_login(manager)

    html = client.get("/search/options/?q=fritid").content.decode()

    assert html.count('role="option"') == 3
    assert 'data-href="/search/?q=fritid"' in html
    assert "<html" not in html


def test_more_to_search_asks_no_more_queries(
    client, programme, manager, activity, django_assert_num_queries
):
    client.force_login(manager)
    for _round in range(2):
        make_milestone(activity=activity, title="Fritid")
        make_member(programme, name="Fritid")
        make_partner(programme=programme, name="Fritid")
        make_place(programme=programme, name="Fritid")

        with django_assert_num_queries(12):
            client.get("/search/options/?q=fritid")


# --- saved views --------------------------------------------------------------------


def save(client, **values):
    data = {"name": "Forsinkede", "address": "/partners/?sort=-overdue"} | values
    return client.post("/search/saved/", data)


def test_a_filtered_list_is_saved_under_a_name_and_found_again(client, manager):
    client.force_login(manager)

    offered = client.get("/partners/?sort=-overdue&page=2").content.decode()
    saved = save(client)

    assert 'value="/partners/?sort=-overdue"' in offered
    assert saved["Location"] == "/partners/?sort=-overdue"
    assert names("forsink", manager) == ["Forsinkede"]
    assert "Forsinkede" in text_of(client.get("/search/"))
    assert "Forsinkede" in text_of(client.get("/search/options/"))


@pytest.mark.parametrize("path", ["/partners/", "/partners/?page=2", "/search/?q=x"])
def test_what_is_no_view_of_ones_own_is_not_offered(client, manager, path):
    client.force_login(manager)

    assert 'id="save-view-name"' not in client.get(path).content.decode()


def test_saving_under_the_same_name_replaces(client, manager):
    client.force_login(manager)

    save(client)
    save(client, address="/?phase=fase-1")

    assert SavedView.objects.get().address == "/?phase=fase-1"


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"address": "https://example.org/"},
        {"address": "//example.org/"},
        {"address": "/\\example.org/"},
        {"address": "/nowhere/"},
        {"address": "javascript:alert(1)"},
    ],
)
def test_what_cannot_be_saved_is_refused(client, manager, values):
    client.force_login(manager)

    assert save(client, **values)["Location"] == "/search/"
    assert not SavedView.objects.exists()


def test_only_ones_own_views_are_deleted(client, manager, programme):
    client.force_login(manager)
    save(client)
    view = SavedView.objects.get()

    client.force_login(make_member(programme))
    assert client.post(f"/search/saved/{view.pk}/removal/").status_code == 404
    client.force_login(manager)
    client.post(f"/search/saved/{view.pk}/removal/")

    assert not SavedView.objects.exists()


def test_nothing_is_saved_or_deleted_by_looking(client, manager):
    client.force_login(manager)
    save(client)

    assert client.get("/search/saved/").status_code == 405
    view = SavedView.objects.get()
    assert client.get(f"/search/saved/{view.pk}/removal/").status_code == 405


def test_there_is_an_end_to_saving(client, manager):
    client.force_login(manager)
    SavedView.objects.bulk_create(
        SavedView(user=manager, name=f"{n}", address="/", saved_at=NOON)
        for n in range(100)
    )

    save(client)

    assert SavedView.objects.count() == 100
