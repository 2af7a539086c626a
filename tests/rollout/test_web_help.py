"""Help: the tour for newcomers, the keys, and the accessibility statement."""

import pytest
import time_machine

from rollout.models import Role
from tests.factories import NOON, make_member, make_programme, make_user
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db

TOUR = "Velkommen. Fem ting, der er gode at vide"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme():
    return make_programme()


def test_a_new_manager_gets_a_tour_until_it_is_put_away(client, programme):
    manager = make_member(programme)
    client.force_login(manager)
    seen = client.get("/")
    assert TOUR in text_of(seen)
    html = seen.content.decode()
    assert html.index("<h1>") < html.index("<h2"), "the page's own heading comes first"
    assert TOUR not in text_of(client.get("/?select=1")), "there one is at work"

    client.post("/help/tour/")
    assert TOUR not in text_of(client.get("/"))
    client.logout()
    client.force_login(manager)
    assert TOUR not in text_of(client.get("/")), "it is remembered"
    manager.refresh_from_db()
    assert manager.tour_seen_at == NOON


def test_the_tour_can_be_shown_again(client, programme):
    client.force_login(make_member(programme, tour_seen_at=NOON))

    assert "Se, hvor langt I er." in text_of(client.get("/help/"))
    client.post("/help/tour/", {"again": "1"})

    assert TOUR in text_of(client.get("/"))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER, Role.PARTNER])
def test_others_get_no_tour_but_help(client, programme, role):
    client.force_login(make_member(programme, role))

    assert TOUR not in text_of(client.get("/"))
    assert "Mit arbejde viser det, der ligger hos dig." in text_of(client.get("/help/"))


def test_one_persons_tour_is_not_anothers(client, programme):
    other = make_member(programme)
    client.force_login(make_member(programme))

    client.post("/help/tour/")

    other.refresh_from_db()
    assert other.tour_seen_at is None
    assert client.get("/help/tour/").status_code == 405


def test_the_keys_are_listed_for_who_is_logged_in(client):
    assert client.get("/help/keyboard/").status_code == 302
    client.force_login(make_user())

    assert "Gå til søgningen" in text_of(client.get("/help/keyboard/"))


def test_keys_of_one_character_can_be_turned_off_and_on(client, programme):
    """WCAG 2.1.4: who speaks their texts types them by accident."""
    client.force_login(make_member(programme))
    keys = "/help/keyboard/"
    before = client.get(keys).content.decode()

    off = client.post("/help/keyboard/keys/", follow=True)
    other_page = client.get("/help/").content.decode()
    on = client.post("/help/keyboard/keys/", {"on": "1"}, follow=True)

    assert off.redirect_chain[-1][0] == keys
    assert f'data-keys="{keys}"' in before
    assert "<kbd>?</kbd>" in before
    assert "data-keys" not in other_page
    assert "<kbd>?</kbd>" not in off.content.decode()
    assert "Ctrl K fører altid til søgningen." in text_of(off)
    assert f'data-keys="{keys}"' in on.content.decode()


def test_the_statement_is_open_to_everybody_under_its_short_address(client, settings):
    settings.ACCESSIBILITY_CONTACT = "hjaelp@example.org"

    response = client.get("/was", follow=True)

    seen = text_of(response)
    assert response.redirect_chain[-1][0] == "/help/accessibility/"
    assert "ikke prøvet af mennesker, der bruger skærmlæser" in seen
    assert "Skriv eller ring: hjaelp@example.org" in seen


def test_without_a_contact_the_manager_is_named(client):
    seen = text_of(client.get("/help/accessibility/"))

    assert "Fortæl det til lederen af den helhedsplan, du deltager i" in seen
