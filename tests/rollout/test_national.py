"""A national observer reads numbers across programmes, and nothing else."""

import pytest

from tests.api.conftest import Caller
from tests.factories import make_activity, make_member, make_programme, make_user
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def observer():
    return make_user(is_national_observer=True)


def test_an_observer_reads_how_many_stand_where(client, observer):
    first = make_activity(state="launched")
    make_activity(programme=first.programme, state="launched")
    make_activity(programme=first.programme, is_proposal=True)
    make_activity(programme=make_programme(name="Et andet"))
    client.force_login(observer)

    page = text_of(client.get("/national/"))
    file = client.get("/national/?format=csv").content.decode("utf-8-sig")

    assert "Et andet" in page
    rows = [row.split(";") for row in file.splitlines()]
    assert {row[0]: row[2:] for row in rows[1:]} == {
        first.programme.name: ["0", "0", "2", "0", "0", "2"],
        "Et andet": ["1", "0", "0", "0", "0", "1"],
    }
    assert str(first.initiative) not in page


def test_nothing_else_of_a_foreign_programme_is_seen(client, observer):
    activity = make_activity()
    client.force_login(observer)

    assert client.get(activity.get_absolute_url()).status_code == 404
    code = activity.programme.code
    assert client.get(f"/?programme={code}").status_code == 404
    for path in ("activities/", "programmes/", "users/", "places/"):
        answer = Caller(observer).ask(path)
        assert [
            one for one in answer.json()["results"] if one["id"] != observer.pk
        ] == []


def test_nobody_else_reads_the_numbers(client):
    manager = make_member(make_programme())
    administrator = make_user(is_staff=True, is_superuser=True)

    for person in (manager, administrator):
        client.force_login(person)
        assert client.get("/national/").status_code == 404
