"""Who came, what partners put in, and what money from outside widens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rollout import services
from rollout.models import Activity, Attendance, Contribution, Grant, Role
from rollout.periods import Period
from rollout.services import AttendanceValues, Invalid
from tests.factories import (
    NOON,
    make_activity,
    make_grant,
    make_indicator,
    make_initiative,
    make_member,
    make_partner,
    make_place,
)

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
SPRING = Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture
def activity():
    return make_activity(state="launched")


@pytest.fixture
def manager(client, activity):
    person = make_member(activity.programme)
    client.force_login(person, backend=BACKEND)
    return person


def log(activity, by, day, hours, note="", **participants):
    values = AttendanceValues(day, Decimal(hours), participants, note)
    return services.log_attendance(activity, values, by=by, at=NOON)


@pytest.mark.parametrize(
    ("what", "band", "total"),
    [
        ("participants", "", 19),
        ("participants", "young", 14),
        ("sessions", "", 2),
        ("hours", "", Decimal("3.5")),
    ],
)
def test_the_log_adds_up_to_what_an_indicator_asks(
    activity, manager, what, band, total
):
    log(activity, manager, date(2026, 1, 10), 2, young=8, old=5)
    log(activity, manager, date(2026, 2, 10), "1.5", young=6)
    log(activity, manager, date(2025, 12, 10), 4, young=40)
    indicator = make_indicator(
        attendance_of=activity.initiative, attendance_sum=what, age_bands=["young"]
    )

    place = activity.place
    assert services.sum_of_log(indicator, place, SPRING, band) == total
    assert services.sum_of_log(make_indicator(), place, SPRING) is None


def test_attendance_is_logged_and_set_right_on_its_pages(client, activity, manager):
    make_indicator(
        attendance_of=activity.initiative,
        attendance_sum="participants",
        age_bands=["13-17"],
    )
    page = f"/activities/{activity.pk}/attendance/"

    said = {"held_on": "2026-03-02", "band_0": "8", "band_1": "2", "hours": "2,5"}
    assert client.post(f"{page}new/", said).status_code == 302

    entry = Attendance.objects.get()
    assert entry.participants == {"13-17": 8, "": 2}
    assert "13-17: 8" in client.get(page).content.decode()
    said["band_0"] = "9"
    change = f"/monitoring/attendance/{entry.pk}/"
    assert client.post(change, said).status_code == 302
    entry.refresh_from_db()
    assert entry.total == 11
    assert client.post(f"{change}removal/").status_code == 302
    assert not Attendance.objects.exists()


def test_who_was_overtaken_in_the_log_is_shown_how_it_stands(client, activity, manager):
    entry = log(activity, manager, date(2026, 1, 10), 2, note="Først")
    change = f"/monitoring/attendance/{entry.pk}/"
    seen = client.get(change).context["form"]["version"].value()
    said = {"version": seen, "held_on": "2026-01-10", "band_0": "8"}

    first = client.post(change, said | {"note": "Hendes"})
    second = client.post(change, said | {"note": "Mine"})

    assert (first.status_code, second.status_code) == (302, 412)
    assert Attendance.objects.get().note == "Hendes"
    again = second.context["form"]["version"].value()
    said |= {"version": again, "note": "Mine"}
    assert client.post(change, said).status_code == 302


@pytest.mark.parametrize(("second", "told"), [(6, True), (3, False)])
def test_one_small_evening_hides_counts_and_notes_of_all(
    client, activity, manager, second, told
):
    log(activity, manager, date(2026, 1, 10), 2, young=18)
    log(activity, manager, date(2026, 1, 17), 2, note="Kun få", young=second)
    observer = make_member(activity.programme, Role.OBSERVER)
    client.force_login(observer, backend=BACKEND)

    page = client.get(f"/activities/{activity.pk}/attendance/?format=csv")

    rows = [line.split(";") for line in page.content.decode().splitlines()[1:]]
    shown = [(row[1], row[3]) for row in rows]
    hidden = ("vises ikke", "")
    assert shown == ([("6", "Kun få"), ("18", "")] if told else [hidden, hidden])


def test_names_by_their_numbers_are_not_logged(client, activity, manager):
    said = {"held_on": "2026-03-02", "band_0": "8", "note": "Ali 010110-1234"}

    answer = client.post(f"/activities/{activity.pk}/attendance/new/", said)

    assert answer.status_code == 422
    assert "CPR" in answer.content.decode()


def test_nobody_logs_what_lies_ahead(activity, manager):
    with pytest.raises(Invalid, match="fremtiden"):
        log(activity, manager, date(2026, 12, 1), 1, young=3)


def test_a_partner_notes_its_own_deliveries_and_takes_back_no_more_than_it_noted(
    client, activity, manager
):
    partner = make_partner(programme=activity.programme)
    said = {
        "partner": partner.pk,
        "kind": "hours",
        "title": "Vejledertimer",
        "promised": "120",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
    }
    address = "/monitoring/contributions/"
    assert client.post(f"{address}new/", said).status_code == 302
    promise = Contribution.objects.get()
    person = make_member(activity.programme, Role.PARTNER, partner=partner)
    client.force_login(person, backend=BACKEND)
    own = f"{address}{promise.pk}/"

    for amount, status in (("30", 302), ("-5", 302), ("-26", 422), ("0", 422)):
        noted = {"amount": amount, "delivered_on": "2026-03-02"}
        assert client.post(own, noted).status_code == status

    found = Contribution.objects.visible_to(person).with_delivered().get()
    assert found.delivered == 25
    listed = client.get(address).content.decode()
    assert "95" in listed
    assert "2026-01-01" not in listed, "people read a period in words"
    stranger = make_member(activity.programme, Role.PARTNER)
    client.force_login(stranger, backend=BACKEND)
    assert client.get(own).status_code == 404


def test_a_grant_widens_an_initiative_to_more_places_and_only_once(
    client, activity, manager
):
    programme = activity.programme
    said = {
        "funder": "Eksempelfonden",
        "amount": "150000",
        "starts_on": "2026-01-01",
        "ends_on": "2027-12-31",
        "activities": [activity.pk],
    }
    assert client.post("/monitoring/grants/new/", said).status_code == 302
    grant = Grant.objects.get()
    place = make_place(programme=programme)
    widen = f"/monitoring/grants/{grant.pk}/widen/"
    chosen = {"initiative": activity.initiative_id, "places": [place.pk]}

    assert client.post(widen, chosen).status_code == 302
    assert client.post(widen, chosen).status_code == 422

    made = Activity.objects.get(place=place)
    assert set(grant.activities.all()) == {activity, made}
    assert (made.state, made.readiness.count()) == ("planned", 3)
    assert "Eksempelfonden" in client.get("/monitoring/grants/").content.decode()


def test_a_grant_widens_nothing_of_another_programme(manager, activity):
    grant = make_grant(programme=activity.programme)

    with pytest.raises(Invalid, match="anden helhedsplan"):
        services.widen_by_grant(
            *(grant, make_initiative(), [activity.place]), by=manager
        )


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.PARTNER, Role.COORDINATOR])
def test_only_managers_enter_promises_and_grants(client, activity, role):
    client.force_login(make_member(activity.programme, role), backend=BACKEND)

    for address in ("contributions", "grants"):
        assert client.get(f"/monitoring/{address}/").status_code == 200
        assert client.get(f"/monitoring/{address}/new/").status_code == 403
