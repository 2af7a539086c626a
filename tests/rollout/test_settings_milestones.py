"""The settings' page of milestone templates: who may, what it does, what it refuses."""

import pytest

from rollout import services
from rollout.models import MilestoneTemplate, Role, SettingChange
from rollout.services import TemplateValues
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_programme,
    make_template,
)
from workflows.engine import NotAllowed, perform

pytestmark = pytest.mark.django_db

FILLED_IN = {
    "title": "Aftalen er underskrevet",
    "days": "15",
    "side": "before",
    "nature": "new",
    "before_launch": "on",
    "weight": "2",
}


@pytest.fixture
def programme():
    return make_programme()


def pages_of(template):
    return [
        "/settings/milestones/",
        "/settings/milestones/new/",
        f"/settings/milestones/{template.pk}/",
    ]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER, Role.PARTNER])
def test_who_does_not_manage_the_programme_may_neither_look_nor_act(
    client, programme, role
):
    template = make_template(programme=programme)
    client.force_login(make_member(programme, role))

    for path in pages_of(template):
        assert client.get(path).status_code == 403, path
    assert client.post("/settings/milestones/new/", FILLED_IN).status_code == 403
    path = f"/settings/milestones/{template.pk}/"
    assert client.post(path, FILLED_IN).status_code == 403
    assert client.post(f"{path}removal/").status_code == 403
    assert client.get("/settings/")["Location"] == "/settings/tokens/"
    assert list(MilestoneTemplate.objects.all()) == [template]


def test_the_settings_of_another_programme_do_not_exist(client, programme):
    template = make_template()
    client.force_login(make_member(programme))

    assert client.get(f"/settings/milestones/{template.pk}/").status_code == 404
    assert client.post(f"/settings/milestones/{template.pk}/removal/").status_code == (
        404
    )
    query = {"programme": template.programme.code}
    assert client.get("/settings/milestones/", query).status_code == 404


def test_who_takes_part_in_nothing_finds_no_settings(client):
    stranger = make_member(make_programme())
    stranger.memberships.all().delete()
    client.force_login(stranger)

    assert client.get("/settings/milestones/").status_code == 404


def test_the_settings_begin_at_the_first_page(client, programme):
    client.force_login(make_member(programme))

    response = client.get("/settings/", follow=True)

    assert response.redirect_chain[0][0].startswith("/settings/members/")
    assert 'aria-current="page"' in response.content.decode()
    html = client.get("/settings/milestones/").content.decode()
    assert "Der er ingen skabeloner endnu" in html


def test_a_manager_adds_a_template(client, programme):
    manager = make_member(programme, name="Eksempel Leder")
    client.force_login(manager)

    response = client.post("/settings/milestones/new/", FILLED_IN, follow=True)

    template = MilestoneTemplate.objects.get()
    assert (template.title, template.offset_days, template.nature) == (
        *("Aftalen er underskrevet", -15, "new"),
    )
    assert (template.before_launch, template.weight) == (True, 2)
    html = response.content.decode()
    assert "15 arbejdsdage før iværksættelsen" in html
    assert "Eksempel Leder tilføjede “Aftalen er underskrevet”" in html


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Dette felt er påkrævet"),
        ({"days": "-3"}, "større end eller lig 0"),
        ({"side": "after"}, "forfalde den dag eller før"),
        ({"title": "Findes"}, "allerede en skabelon med den titel"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_lost(
    client, programme, changes, said
):
    make_template(programme=programme, title="Findes", nature="new")
    client.force_login(make_member(programme))

    response = client.post("/settings/milestones/new/", FILLED_IN | changes)

    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert 'value="2"' in html
    assert MilestoneTemplate.objects.count() == 1
    assert not SettingChange.objects.exists()


def test_a_template_is_changed_and_what_was_made_from_it_stays(client, programme):
    template = make_template(programme=programme, offset_days=-10)
    manager = make_member(programme)
    activity = make_activity(programme=programme, responsible=manager)
    perform(activity, "clarify", by=manager, at=NOON)
    client.force_login(manager)

    shown = client.get(f"/settings/milestones/{template.pk}/").content.decode()
    client.post(f"/settings/milestones/{template.pk}/", FILLED_IN)

    assert 'value="10"' in shown
    template.refresh_from_db()
    assert (template.title, template.offset_days) == ("Aftalen er underskrevet", -15)
    assert activity.milestones.get().title != template.title


def test_a_template_is_removed_and_what_was_made_from_it_stays(client, programme):
    template = make_template(programme=programme)
    manager = make_member(programme)
    activity = make_activity(programme=programme, responsible=manager)
    perform(activity, "clarify", by=manager, at=NOON)
    client.force_login(manager)

    client.post(f"/settings/milestones/{template.pk}/removal/")

    assert not MilestoneTemplate.objects.exists()
    assert activity.milestones.get().title == template.title
    change = SettingChange.objects.get()
    assert (change.verb, change.name, change.by) == ("removed", template.title, manager)


def test_templates_are_numbered_as_they_follow_in_time(programme):
    manager = make_member(programme)
    for title, offset in (("sidst", 20), ("først", -30), ("midt", 0)):
        values = TemplateValues(title=title, offset_days=offset)
        services.add_template(programme, values, by=manager, at=NOON)

    rows = MilestoneTemplate.objects.order_by("position")

    assert [row.title for row in rows] == ["først", "midt", "sidst"]


def test_the_services_ask_for_the_right_themselves(programme):
    template = make_template(programme=programme)
    coordinator = make_member(programme, Role.COORDINATOR)
    values = TemplateValues(title="Ny", offset_days=0)

    with pytest.raises(NotAllowed):
        services.add_template(programme, values, by=coordinator, at=NOON)
    with pytest.raises(NotAllowed):
        services.change_template(template, values, by=coordinator, at=NOON)
    with pytest.raises(NotAllowed):
        services.remove_template(template, by=coordinator, at=NOON)


def test_the_list_asks_the_database_a_fixed_number_of_times(
    client, programme, django_assert_max_num_queries
):
    for _ in range(12):
        make_template(programme=programme)
    client.force_login(make_member(programme))

    with django_assert_max_num_queries(9):
        client.get("/settings/milestones/")
