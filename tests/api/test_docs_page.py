"""The docs page works in a browser with nothing from outside and no inline script."""

import pytest
import time_machine
from django.test import Client

from tests.api.test_fuzz import OPERATIONS
from tests.factories import NOON, make_activity, make_member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture(autouse=True)
def _on_a_fixed_day():
    # A browser waits, so the clock must run.
    with time_machine.travel(NOON, tick=True):
        yield


def log_in(page, live_server, person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for name, cookie in client.cookies.items():
        page.context.add_cookies(
            [{"name": name, "value": cookie.value, "url": live_server.url}]
        )


def test_a_reader_finds_every_operation_and_nothing_is_refused_or_fetched_elsewhere(
    page, live_server
):
    complaints, requests = [], []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("request", lambda request: requests.append(request.url))

    page.goto("/api/v1/docs/")
    page.get_by_text("/api/v1/status/", exact=True).wait_for()

    assert page.locator(".opblock").count() == len(OPERATIONS)
    assert complaints == []
    outside = [
        url for url in requests if not url.startswith((live_server.url, "data:"))
    ]
    assert outside == []


def test_who_is_logged_in_can_try_a_request_and_a_change(page, live_server):
    activity = make_activity(state="in_clarification")
    log_in(page, live_server, make_member(activity.programme))
    page.goto("/api/v1/docs/")

    operation = page.locator("#operations-activities-activities_perform_transition")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("tr[data-param-name=id] input").fill(str(activity.pk))
    operation.locator("tr[data-param-name=If-Match] input").fill('"2"')
    operation.locator("textarea").fill('{"transition": "postpone", "reason": "Nej"}')
    operation.get_by_role("button", name="Execute").click()
    status = operation.locator(".live-responses-table tbody .response-col_status")
    status.wait_for()

    assert status.inner_text() == "200"
    activity.refresh_from_db()
    assert activity.state == "planned"
