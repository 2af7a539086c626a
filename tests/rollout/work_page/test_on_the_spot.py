"""A person's work: what can be done without leaving it, and by whom not."""

from datetime import date

import pytest

from rollout.models import Measurement, Milestone, Role
from tests.factories import (
    make_activity,
    make_evaluation,
    make_measurement,
    make_member,
    make_milestone,
    make_programme,
)
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


def test_a_partner_marks_a_milestone_as_done(client, person, activity):
    milestone = make_milestone(activity=activity, title="Aftalen", responsible=person)
    client.force_login(person)

    response = client.post(
        f"/my-work/milestones/{milestone.pk}/",
        {f"milestone-{milestone.pk}-version": milestone.version},
        follow=True,
    )

    assert "“Aftalen” er færdig. Tak." in text_of(response)
    assert Milestone.objects.get().state == "done"
    assert "Ingen frist ligger hos dig." in text_of(response)


def test_what_comes_before_is_named_and_stands_in_the_way(client, person, activity):
    before = make_milestone(activity=activity, title="Først")
    milestone = make_milestone(activity=activity, responsible=person)
    milestone.predecessors.add(before)
    client.force_login(person)

    seen = text_of(client.get("/my-work/"))
    response = client.post(
        f"/my-work/milestones/{milestone.pk}/",
        {f"milestone-{milestone.pk}-version": milestone.version},
    )

    assert "“Først”, som kommer før, er åben." in seen
    assert "Markér som færdig" not in seen
    assert response.status_code == 409
    assert "“Først”, som kommer før, er åben." in text_of(response)


def test_somebody_was_faster_and_it_says_so(client, person, activity):
    milestone = make_milestone(activity=activity, responsible=person)
    client.force_login(person)

    response = client.post(
        f"/my-work/milestones/{milestone.pk}/",
        {f"milestone-{milestone.pk}-version": milestone.version - 1},
    )

    assert response.status_code == 412
    assert Milestone.objects.get().state == "open"


def test_a_partner_delivers_a_number_as_danes_write_it(client, person, asked):
    client.force_login(person)

    response = client.post(
        f"/my-work/requests/{asked.pk}/",
        {
            f"request-{asked.pk}-value": "12,5",
            f"request-{asked.pk}-comment": "Foreløbig",
        },
        follow=True,
    )

    value = Measurement.objects.get()
    assert (str(value.value), value.status, value.submitted_by, value.comment) == (
        "12.5000",
        "submitted",
        person,
        "Foreløbig",
    )
    assert "Du afleverede 12,5 unge den 2. marts 2026; det venter på godkendelse." in (
        text_of(response)
    )


def test_a_surprising_number_must_be_confirmed(client, person, asked):
    client.force_login(person)
    address, key = f"/my-work/requests/{asked.pk}/", f"request-{asked.pk}"

    response = client.post(address, {f"{key}-value": "1000"})
    assert response.status_code == 422
    assert "Sidst var det 10, nu er det 1000. Er det rigtigt?" in text_of(response)
    assert 'value="1000"' in response.content.decode()
    client.post(address, {f"{key}-value": "1000", f"{key}-confirm": "on"})

    assert Measurement.objects.get().value == 1000


def test_the_number_s_own_page_asks_about_a_surprising_one_as_well(
    client, person, asked
):
    client.force_login(person)
    address = f"/monitoring/requests/{asked.pk}/"

    empty = text_of(client.get(address))
    doubted = client.post(address, {"value": "1000"})
    client.post(address, {"value": "1000", "confirm": "on"})

    assert "Ja, tallet er rigtigt" not in empty
    assert doubted.status_code == 422
    assert "Sidst var det 10, nu er det 1000. Er det rigtigt?" in text_of(doubted)
    assert "Ja, tallet er rigtigt" in text_of(doubted)
    assert Measurement.objects.get().value == 1000


def test_why_a_number_came_back_is_for_who_may_deliver_it(client, person, asked):
    make_measurement(
        data_request=asked, status="returned", returned_reason="Fire, ikke fem"
    )
    observer = make_member(asked.programme, Role.OBSERVER)

    client.force_login(person)
    own = text_of(client.get("/my-work/"))
    client.force_login(observer)
    others = text_of(client.get(f"/people/{person.pk}/"))

    assert "Sendt tilbage: “Fire, ikke fem”" in own
    assert "sidste gang: 10 unge, 30 dage gammelt" in own
    assert "Hvor mange?" in others
    assert "Fire, ikke fem" not in others


def test_a_number_is_delivered_once(client, person, asked):
    make_measurement(data_request=asked, status="submitted")
    client.force_login(person)

    response = client.post(
        f"/my-work/requests/{asked.pk}/", {f"request-{asked.pk}-value": "9"}
    )

    assert response.status_code == 422
    assert "Tallet er allerede leveret." in text_of(response)


def test_who_runs_the_programme_approves_a_number(client, asked):
    value = make_measurement(data_request=asked, status="submitted", value=12)
    client.force_login(make_member(asked.programme, Role.COORDINATOR))

    page = client.get("/my-work/")
    assert "Venter på din godkendelse 1" in text_of(page)
    field = f'name="value-{value.pk}-version" value="{value.version}"'
    assert field in page.content.decode()
    client.post(f"/my-work/values/{value.pk}/", seen(value))

    assert Measurement.objects.get().status == "approved"


def seen(value, version=None):
    """Return the form of the version of a number that somebody saw."""
    return {f"value-{value.pk}-version": version or value.version}


def test_a_number_that_changed_since_it_was_seen_is_not_approved(client, asked):
    value = make_measurement(data_request=asked, status="submitted", value=12)
    client.force_login(make_member(asked.programme, Role.COORDINATOR))
    before = value.version
    value.comment = "Rettet imens"
    value.save()
    value.refresh_from_db()
    assert value.version > before

    refused = client.post(f"/my-work/values/{value.pk}/", seen(value, before))

    assert refused.status_code == 412
    assert "En anden har ændret dette" in text_of(refused)
    assert Measurement.objects.get().status == "submitted"


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.PARTNER])
def test_others_may_not_approve(client, role, asked, person):
    value = make_measurement(data_request=asked, status="submitted")
    who = person if role == Role.PARTNER else make_member(asked.programme, role)
    client.force_login(who)

    assert "godkendelse 1" not in text_of(client.get("/my-work/"))
    refused = client.post(f"/my-work/values/{value.pk}/", seen(value))
    assert refused.status_code == 403


def test_an_evaluation_waits_for_a_second_pair_of_eyes(client):
    activity = make_activity(state="launched")
    author = make_member(activity.programme)
    make_evaluation(activity=activity, approved_on=None, written_by=author)

    seen = {}
    for who in (author, make_member(activity.programme)):
        client.force_login(who)
        seen[who] = "Evaluering af" in text_of(client.get("/my-work/"))

    assert list(seen.values()) == [False, True]


def addresses(asked):
    activity = make_activity(state="launched", programme=asked.programme)
    milestone = make_milestone(activity=activity)
    value = make_measurement(
        data_request=asked, status="submitted", period_start=date(2025, 1, 1)
    )
    return [
        f"/my-work/milestones/{milestone.pk}/",
        f"/my-work/requests/{asked.pk}/",
        f"/my-work/values/{value.pk}/",
    ]


def test_what_one_may_not_see_is_not_there(client, asked):
    paths = addresses(asked)

    for programme in (asked.programme, make_programme()):
        client.force_login(make_member(programme, Role.PARTNER))
        assert [client.post(path).status_code for path in paths] == [404] * 3


def test_an_observer_changes_nothing_and_nobody_does_by_looking(client, asked):
    paths = addresses(asked)
    client.force_login(make_member(asked.programme, Role.OBSERVER))

    versions = seen(Measurement.objects.get()) | {
        f"milestone-{Milestone.objects.get().pk}-version": 1
    }

    refused = [client.post(path, versions).status_code for path in (paths[0], paths[2])]

    assert refused == [403, 403]
    assert [client.get(path).status_code for path in paths] == [405] * 3
