"""An expired login costs nothing that was written."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from rollout.models import Activity, User
from rollout.web.unsent import WAITS
from tests.factories import (
    NOON,
    make_activity,
    make_indicator,
    make_measurement,
    make_member,
    make_objective,
)
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db

REASON = "Vi venter på skolernes <svar> & æøå"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def activity():
    return make_activity(state="in_clarification")


def discontinue(client, activity, **headers):
    return client.post(
        f"/activities/{activity.pk}/transitions/discontinue/",
        {"discontinue-version": activity.version, "discontinue-reason": REASON},
        headers=headers,
    )


def log_in(client, activity):
    # As the login form does: the browser's session goes on under another key.
    user = make_member(activity.programme)
    user.set_password("kun til prøver")
    user.save()
    return client.post(
        "/accounts/login/", {"login": user.email, "password": "kun til prøver"}
    )


def fields_of(response):
    form = response.content.decode().split("<main", 1)[1]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_what_was_written_comes_back_in_its_form_and_is_not_saved(client, activity):
    sent = discontinue(client, activity)
    assert sent["Location"] == "/accounts/login/?next=/resume/"
    log_in(client, activity)

    offered = client.get("/resume/")
    assert "Du var blevet logget ud" in text_of(offered)
    fields = fields_of(offered)
    assert fields["resumed"] == "yes"
    shown = client.post(
        f"/activities/{activity.pk}/transitions/discontinue/",
        {
            "resumed": "yes",
            "discontinue-version": activity.version,
            "discontinue-reason": REASON,
        },
    )

    html = shown.content.decode()
    assert shown.status_code == 200
    assert "Vi venter på skolernes &lt;svar&gt; &amp; æøå</textarea>" in html
    assert "send det igen" in text_of(shown)
    assert Activity.objects.get().state == "in_clarification"
    assert client.get("/resume/")["Location"] == "/start/", "it has come back"


def test_every_value_of_every_field_is_offered(client, activity):
    discontinue(client, activity)
    log_in(client, activity)

    fields = fields_of(client.get("/resume/"))

    assert (
        fields["discontinue-reason"] == "Vi venter på skolernes &lt;svar&gt; &amp; æøå"
    )
    assert fields["discontinue-version"] == str(activity.version)


def test_nothing_that_was_written_stands_in_an_address(client, activity):
    sent = discontinue(client, activity)

    assert "Vi" not in sent["Location"]


def test_htmx_is_sent_to_the_login_as_a_whole(client, activity):
    sent = discontinue(client, activity, **{"HX-Request": "true"})

    assert sent["HX-Redirect"] == "/accounts/login/?next=/resume/"


def test_a_button_without_anything_written_leads_back_to_its_page(client, activity):
    sent = client.post(
        f"/activities/{activity.pk}/proposal/",
        {"proposal-version": 1},
        headers={"Referer": f"http://testserver/activities/{activity.pk}/?kind=state"},
    )

    expected = f"/accounts/login/?next=/activities/{activity.pk}/%3Fkind%3Dstate"
    assert sent["Location"] == expected


def test_it_waits_for_an_hour_only(client, activity, clock):
    discontinue(client, activity)
    clock.shift(WAITS + timedelta(seconds=1))
    log_in(client, activity)

    assert client.get("/resume/")["Location"] == "/start/"


def test_strangers_cannot_fill_the_database_with_it(client, activity):
    sent = client.post(f"/activities/{activity.pk}/proposal/", {"x": "x" * 60_000})

    assert sent["Location"] == "/accounts/login/?next=/start/"
    assert "unsent" not in client.session


def test_who_comes_without_anything_goes_to_the_start(client, activity):
    log_in(client, activity)

    assert client.get("/resume/")["Location"] == "/start/"


def test_cells_chosen_for_a_bulk_change_come_back(client, activity):
    posted = {
        "programme": activity.programme_id,
        "activity": [activity.pk],
        "change": "clarify",
    }
    client.post("/bulk/", posted)
    log_in(client, activity)

    shown = client.post("/bulk/", posted | {"resumed": "yes", "confirmed": "yes"})

    assert f'value="{activity.pk}" checked' in shown.content.decode()


def test_the_reason_for_moving_a_card_comes_back(client, activity):
    key = f"card-{activity.pk}"
    posted = {
        f"{key}-to": "planned",
        f"{key}-version": activity.version,
        f"{key}-reason": REASON,
    }
    log_in(client, activity)

    shown = client.post(f"/board/{activity.pk}/", posted | {"resumed": "yes"})

    assert "Vi venter på skolernes &lt;svar&gt;" in shown.content.decode()
    assert Activity.objects.get().state == "in_clarification"


def test_a_page_that_posts_to_itself_shows_what_was_written(client, activity):
    address = f"/settings/members/new/?programme={activity.programme.code}"
    written = {"email": "ny@example.org", "name": "Ny Æble", "role": "observer"}
    sent = client.post(address, written)
    assert sent["Location"] == "/accounts/login/?next=/resume/"
    log_in(client, activity)

    shown = client.post(address, written | {"resumed": "yes"})

    assert shown.status_code == 200
    assert 'value="Ny Æble"' in shown.content.decode()
    assert text_of(shown).count("send det igen") == 1
    assert not User.objects.filter(email="ny@example.org").exists()


PARTS = ["/engine/", "/activities/{pk}/reminders/", "/search/options/?q=a"]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_page_says_that_the_login_has_ended_and_leaves_the_page(
    client, activity, part
):
    page = f"/activities/{activity.pk}/?kind=state"
    asked = client.get(
        part.format(pk=activity.pk),
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}#x"},
    )

    assert asked.status_code == 401
    assert (asked["HX-Retarget"], asked["HX-Reselect"]) == ("#messages", "unset")
    assert "HX-Redirect" not in asked
    assert "<main" not in asked.content.decode()
    link = f"/accounts/login/?next=/activities/{activity.pk}/%3Fkind%3Dstate"
    assert f'href="{link}"' in asked.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Boosted": "true"},
        {"HX-Target": "main"},
        {"HX-Current-URL": "http://testserver/board/?order=place"},
    ],
)
def test_a_whole_page_is_sent_to_the_login_and_comes_back(client, activity, headers):
    asked = client.get("/board/?order=place", headers={"HX-Request": "true"} | headers)

    expected = "/accounts/login/?next=/board/%3Forder%3Dplace"
    assert asked["HX-Redirect"] == expected


def test_a_form_with_its_own_address_says_that_nothing_is_saved(client, activity):
    value = make_measurement(
        indicator=make_indicator(
            objective=make_objective(focus_area=activity.initiative.focus_area)
        ),
        status="submitted",
        submitted_at=NOON,
    )
    address = f"/monitoring/values/{value.pk}/return/"
    written = {"return-reason": REASON}
    client.post(address, written)
    log_in(client, activity)

    shown = client.post(address, written | {"resumed": "yes"})

    assert shown.status_code == 200
    assert text_of(shown).count("Intet er gemt endnu.") == 1
    assert "Vi venter på skolernes &lt;svar&gt;" in shown.content.decode()
    value.refresh_from_db()
    assert value.status == "submitted"
