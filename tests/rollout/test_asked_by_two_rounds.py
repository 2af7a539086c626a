"""A number that two rounds wait for is asked once, given once, and serves both."""

from datetime import date
from decimal import Decimal

import pytest

from rollout import answers, services
from rollout.models import DataRequest, Deadline, Measurement, Role
from rollout.services import Invalid
from tests.factories import (
    NOON,
    make_activity,
    make_measurement,
    make_member,
    make_quarterly_indicator,
    make_round,
)
from workflows.engine import Blocked, perform

pytestmark = pytest.mark.django_db

SPRING = {"period_start": date(2026, 4, 1), "period_end": date(2026, 6, 30)}


@pytest.fixture
def activity():
    return make_activity(state="launched")


@pytest.fixture
def indicator(activity):
    return make_quarterly_indicator(activity)


@pytest.fixture
def manager(activity):
    return make_member(activity.programme)


@pytest.fixture
def officer(indicator):
    partner = indicator.delivered_by
    return make_member(indicator.programme, Role.PARTNER, partner=partner)


@pytest.fixture
def status(indicator, manager):
    """Agree on a round on half a year, which has the quarter as a part."""
    made = make_round(
        programme=indicator.programme, kind="status", due_on=date(2026, 8, 14)
    )
    return perform(made, "agree", by=manager, at=NOON)


@pytest.fixture
def accounts(indicator, manager, status):
    """Agree on a later round on the quarter alone."""
    made = make_round(
        programme=indicator.programme,
        kind="accounts",
        due_on=date(2026, 8, 21),
        **SPRING,
    )
    return perform(made, "agree", by=manager, at=NOON)


@pytest.fixture
def first(status):
    return status.data_requests.get(**SPRING)


@pytest.fixture
def second(accounts):
    return accounts.data_requests.get()


def asked_now():
    """Return the requests about which people are reminded, save that of the winter."""
    keys = Deadline.objects.reminding().filter(kind="data_request")
    asked = DataRequest.objects.filter(pk__in=keys.values("object_id"))
    return set(asked.exclude(period_start=date(2026, 1, 1)))


def test_the_round_that_is_due_first_asks(first, second):
    assert asked_now() == {first}


def test_the_other_asks_where_the_first_is_not_agreed_any_more(
    status, first, second, manager
):
    perform(status, "withdraw", by=manager, at=NOON, reason="LBF har fortrudt")

    assert asked_now() == {second}


@pytest.mark.parametrize("through", ["first", "second"])
def test_what_is_delivered_for_one_is_delivered_for_both(
    first, second, through, officer
):
    asked = {"first": first, "second": second}[through]

    answers.deliver_value(asked, Decimal(14), by=officer, at=NOON)

    assert asked_now() == set()
    assert first.measurement == second.measurement == Measurement.objects.get()
    for one in (first, second):
        with pytest.raises(Invalid, match="allerede"):
            answers.deliver_value(one, Decimal(15), by=officer, at=NOON)


@pytest.mark.parametrize("status_of_it", ["submitted", "approved"])
def test_what_was_there_before_the_round_was_agreed_answers_it(
    indicator, activity, status_of_it, request
):
    value = make_measurement(
        indicator=indicator,
        place=activity.place,
        status=status_of_it,
        submitted_at=NOON,
        **SPRING,
    )

    asked = request.getfixturevalue("second")

    assert asked_now() == set()
    assert asked.measurement == value


def test_a_round_is_handed_in_with_what_was_approved_for_another(
    accounts, first, second, manager, officer
):
    answers.deliver_value(first, Decimal(14), by=officer, at=NOON)
    with pytest.raises(Blocked):
        perform(accounts, "submit", by=manager, at=NOON)

    services.approve_measurement(first.measurement, by=manager, at=NOON)

    assert perform(accounts, "submit", by=manager, at=NOON).state == "submitted"
    assert not DataRequest.objects.filter(pk=first.pk).unapproved().exists()


def test_what_is_returned_is_asked_again_once_and_either_round_takes_it(
    first, second, manager, officer
):
    answers.deliver_value(first, Decimal(14), by=officer, at=NOON)
    services.return_measurement(
        first.measurement, reason="For hele kommunen?", by=manager, at=NOON
    )
    asked_again = asked_now()

    answers.deliver_value(second, Decimal(12), by=officer, at=NOON)

    assert asked_again == {first}
    assert asked_now() == set()
    assert Measurement.objects.get().value == 12


def test_a_number_is_taken_back_through_the_request_that_it_was_given_for(
    first, second, officer
):
    before = answers.deliver_value(second, Decimal(14), by=officer, at=NOON)

    answers.withdraw_value(second, before, by=officer)

    assert asked_now() == {first}


def test_the_pages_of_both_rounds_show_the_number(
    client, status, accounts, first, manager, officer
):
    answers.deliver_value(first, Decimal(14), by=officer, at=NOON)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")

    for one in (status, accounts):
        page = client.get(f"/monitoring/rounds/{one.pk}/").content.decode()
        assert f"/monitoring/values/{Measurement.objects.get().pk}/" in page
