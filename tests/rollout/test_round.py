"""A round from its plan to the evaluation it ends in, by the pages people use."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rollout import answers, services
from rollout.models import (
    Activity,
    DataRequest,
    Deadline,
    Evaluation,
    Measurement,
    MonitoringRound,
    Role,
)
from rollout.services import Invalid, RoundValues
from tests.factories import (
    NOON,
    make_activity,
    make_indicator,
    make_measurement,
    make_member,
    make_quarterly_indicator,
    make_request,
    make_round,
)

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
JULY = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def activity():
    return make_activity(state="launched")


@pytest.fixture
def indicator(activity):
    return make_quarterly_indicator(activity)


def as_(client, user):
    client.force_login(user, backend=BACKEND)
    return client


def post(client, address, **data):
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.content.decode()[-3000:]


def test_a_whole_round_from_its_plan_to_the_frozen_evaluation(
    client, activity, indicator
):
    programme = activity.programme
    author, manager = make_member(programme), make_member(programme)
    officer = make_member(programme, Role.PARTNER, partner=indicator.delivered_by)
    page = f"/activities/{activity.pk}/"

    with time_machine.travel(JULY, tick=False):
        as_(client, author)
        post(
            *(client, "/monitoring/rounds/new/"),
            title="Halvårsstatus",
            kind="monitoring",
            period_start="2026-01-01",
            period_end="2026-06-30",
            due_on="2026-08-14",
            recurrence="half_yearly",
        )
        asked = MonitoringRound.objects.get()
        assert not DataRequest.objects.exists()
        rounds = f"/monitoring/rounds/{asked.pk}/"
        move = {"agree-version": asked.version}
        post(client, f"{rounds}transitions/agree/", **move)

        first, second = DataRequest.objects.order_by("period_start")
        as_(client, officer)
        for one, value in ((first, "14"), (second, "17")):
            post(client, f"/monitoring/requests/{one.pk}/", value=value)

        as_(client, author)
        returned = second.measurement.pk
        key = {"return-reason": "Tallet er for hele kommunen."}
        post(client, f"/monitoring/values/{returned}/return/", **key)
        assert Deadline.objects.filter(key=f"data_request:{second.pk}").exists()

        as_(client, officer)
        assert "hele kommunen" in client.get("/my-work/").content.decode()
        post(client, f"/monitoring/requests/{second.pk}/", value="12")

        as_(client, author)
        for one in Measurement.objects.all():
            seen = {"approval-version": one.version}
            post(client, f"/monitoring/values/{one.pk}/approval/", **seen)
        form = {
            "evaluation-version": 0,
            "evaluation-conclusion": "continues",
            "evaluation-summary": "Det går fremad.",
            "evaluation-next_step": "Flere værksteder.",
        }
        post(client, f"{page}evaluation/", **form)
        written = Evaluation.objects.get()
        refused = client.post(f"{page}evaluation/{written.pk}/approval/")
        assert refused.status_code == 422

        as_(client, manager)
        post(
            *(client, f"{page}evaluation/{written.pk}/approval/"),
            seen=written.digest,
        )
        version = {"evaluate-version": Activity.objects.get(pk=activity.pk).version}
        post(client, f"{page}transitions/evaluate/", **version)

        written.refresh_from_db()
        assert [one["value"] for one in written.values] == ["14.0000", "12.0000"]
        assert Activity.objects.get(pk=activity.pk).state == "evaluated"
        assert not Measurement.objects.filter(frozen_at=None).exists()
        post(
            *(client, f"{page}evaluations/{written.pk}/addenda/"),
            **{f"addendum-{written.pk}-text": "Et hold var talt to gange."},
        )
        shown = client.get(page).content.decode()
        assert "Et hold var talt to gange." in shown
        assert "Flere værksteder." in shown

        corrected = client.get(f"/monitoring/values/{returned}/").content.decode()
        assert "Tallet er for hele kommunen." in corrected
        for where in (rounds, page, f"/monitoring/values/{returned}/"):
            assert "6 dage gammelt" in client.get(where).content.decode()
        listed = client.get(f"{rounds}?format=csv").content.decode()
        assert "2. kvartal 2026" in listed


def test_a_frozen_value_is_not_corrected(indicator):
    value = make_measurement(indicator=indicator, status="approved", frozen_at=NOON)
    manager = make_member(indicator.programme)

    with pytest.raises(Invalid, match="fastfrosset"):
        services.correct_measurement(value, Decimal(3), reason="x", by=manager, at=NOON)


def test_values_of_one_indicator_change_one_after_the_other(indicator):
    """Each save may mark others: of two that hold one another's neither got on."""
    value = make_measurement(indicator=indicator, status="submitted", submitted_at=NOON)
    manager = make_member(indicator.programme)

    with CaptureQueriesContext(connection) as found:
        services.approve_measurement(value, by=manager, at=NOON)

    locks = [one["sql"] for one in found.captured_queries if " FOR " in one["sql"]]
    assert locks[0].endswith('UPDATE OF "rollout_indicator"')
    assert locks[1].endswith('UPDATE OF "rollout_measurement"')


def test_a_correction_keeps_the_old_value_and_why(indicator):
    value = make_measurement(indicator=indicator, value=14, status="approved")
    manager = make_member(indicator.programme)

    services.correct_measurement(
        value, Decimal(40), reason="Tastefejl", by=manager, at=NOON
    )

    kept = value.corrections.get()
    assert (kept.value_before, kept.value_after, kept.reason) == (14, 40, "Tastefejl")
    value.refresh_from_db()
    assert (value.value, value.status) == (40, "submitted")


def test_a_locked_period_takes_no_value_but_from_who_may_enter_late(indicator):
    partner = indicator.delivered_by
    asked = make_request(indicator=indicator, partner=partner)
    programme = indicator.programme
    manager = make_member(programme)
    person = make_member(programme, Role.PARTNER, partner=partner)
    services.lock_periods(
        programme, until=date(2026, 6, 30), reason="", by=manager, at=NOON
    )

    with pytest.raises(Invalid, match="låst"):
        answers.deliver_value(asked, Decimal(4), by=person, at=NOON)

    services.allow_late_entry(
        programme,
        partner=partner,
        until=NOON.date(),
        reason="Sygdom",
        by=manager,
        at=NOON,
    )
    later = NOON + timedelta(days=1)
    with pytest.raises(Invalid, match="låst"):
        answers.deliver_value(asked, Decimal(4), by=person, at=later)
    answers.deliver_value(asked, Decimal(4), by=person, at=NOON)
    assert asked.measurement.value == 4


def test_a_share_takes_no_value_before_somebody_says_what_it_counts(indicator):
    indicator.is_share = True
    indicator.save()
    asked = make_request(indicator=indicator)
    manager = make_member(indicator.programme)

    with pytest.raises(Invalid, match="andel"):
        answers.deliver_value(asked, Decimal(4), by=manager, at=NOON)

    indicator.numerator, indicator.denominator = "i job", "alle 18-64-årige"
    indicator.save()
    asked = DataRequest.objects.get(pk=asked.pk)
    answers.deliver_value(asked, Decimal(4), by=manager, at=NOON)


def test_a_year_of_rounds_is_copied_to_working_days_and_only_once():
    # 14 August 2027 is a Saturday.
    asked = make_round(due_on=date(2026, 8, 14), state="agreed")
    manager = make_member(asked.programme)

    made = services.copy_rounds([asked], by=manager)
    again = services.copy_rounds([asked], by=manager)

    (copy,) = made
    assert copy.due_on == date(2027, 8, 13)
    assert (copy.period_start, copy.period_end) == (
        date(2027, 1, 1),
        date(2027, 6, 30),
    )
    assert copy.state == "expected"
    assert again == []


def test_an_agreed_round_is_not_changed_any_more():
    asked = make_round(state="agreed")
    values = RoundValues(
        "Ny", "status", asked.period_start, asked.period_end, asked.due_on, "none", None
    )

    with pytest.raises(Invalid, match="aftalt"):
        services.change_round(asked, values, by=make_member(asked.programme))


def test_who_delivered_and_who_was_on_time_is_counted_by_partner(indicator):
    on_time = make_request(indicator=indicator, partner=indicator.delivered_by)
    round_ = on_time.round
    late = make_request(
        indicator=make_indicator(objective=indicator.objective),
        partner=indicator.delivered_by,
        round=round_,
    )
    make_request(indicator=make_indicator(objective=indicator.objective), round=round_)
    for one, at in ((on_time, NOON), (late, datetime(2026, 8, 15, 9, tzinfo=UTC))):
        make_measurement(data_request=one, status="submitted", submitted_at=at)

    found = services.tallies(
        round_.data_requests.select_related("partner", "answering__measurement")
    )

    counts = {one.partner: (one.expected, one.received, one.on_time) for one in found}
    assert counts == {indicator.delivered_by: (2, 2, 1), None: (1, 0, 0)}


def test_the_plan_of_rounds_costs_the_same_however_many_there_are(
    client, django_assert_max_num_queries
):
    round_ = make_round(state="agreed")
    programme = round_.programme
    for _number in range(3):
        made = make_round(programme=programme)
        make_measurement(data_request=make_request(round=made))
    as_(client, make_member(programme))

    with django_assert_max_num_queries(14):
        page = client.get("/monitoring/rounds/").content.decode()

    assert round_.title in page
    assert "Modtaget: </span>0" in page, "nothing is a number too"


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.PARTNER])
def test_who_does_not_run_monitoring_plans_and_locks_nothing(client, role):
    round_ = make_round()
    as_(client, make_member(round_.programme, role))

    for address in ("rounds/new/", "rounds/copy/", "locks/", "locks/late/"):
        assert client.get(f"/monitoring/{address}").status_code == 403
    assert client.get("/monitoring/rounds/").status_code == 200


def test_who_was_overtaken_sees_what_stands_now_and_may_send_it_again(client, activity):
    asked = make_round(programme=activity.programme)
    as_(client, make_member(activity.programme))
    address = f"/monitoring/rounds/{asked.pk}/change/"
    form = {
        "title": "Årsstatus",
        "kind": "monitoring",
        "period_start": "2026-01-01",
        "period_end": "2026-06-30",
        "due_on": "2026-08-14",
        "recurrence": "half_yearly",
        "version": asked.version,
    }
    MonitoringRound.objects.filter(pk=asked.pk).update(version=asked.version + 1)

    refused = client.post(address, form)

    assert refused.status_code == 412
    html = refused.content.decode()
    assert "En anden har ændret dette" in html
    assert 'value="Årsstatus"' in html
    assert f'name="version" value="{asked.version + 1}"' in html
    form["version"] += 1
    post(client, address, **form)
    asked.refresh_from_db()
    assert asked.title == "Årsstatus"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OBSERVER])
def test_a_number_leads_to_where_one_may_deliver_it(client, indicator, role):
    asked = make_request(indicator=indicator, partner=indicator.delivered_by)
    as_(client, make_member(asked.programme, role))
    delivery = f"/monitoring/requests/{asked.pk}/"

    page = client.get(f"/monitoring/rounds/{asked.round_id}/").content.decode()

    may = client.get(delivery).status_code == 200
    assert may is (role == Role.MANAGER)
    assert (f'href="{delivery}"' in page) is may
    assert indicator.name in page


def test_a_value_that_changed_meanwhile_is_not_approved(client, activity, indicator):
    value = make_measurement(indicator=indicator, status="submitted", submitted_at=NOON)
    as_(client, make_member(activity.programme))

    refused = client.post(
        f"/monitoring/values/{value.pk}/approval/",
        {"approval-version": value.version - 1},
    )

    assert refused.status_code == 412
    html = refused.content.decode()
    assert f'name="approval-version" value="{value.version}"' in html
    # Another language is chosen on the page itself: the form's address only posts.
    assert f'name="next" value="/monitoring/values/{value.pk}/"' in html
    value.refresh_from_db()
    assert value.status == "submitted"
