"""The page of what goes out next, in a real browser: readable, accessible, narrow."""

from __future__ import annotations

import pytest

from tests.browser.axe import check_briefly

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_the_next_30_days_are_accessible(page, log_in):
    log_in()
    page.get_by_role("link", name="Mails", exact=True).click()
    page.get_by_role("heading", level=1, name="De næste 30 dage").wait_for()

    check_briefly(page)


def test_the_forecast_is_narrowed_to_one_person(page, log_in):
    log_in()
    page.goto("/forecast/")
    person = page.locator("#filter-person option").nth(1).inner_text()
    page.get_by_label("Person", exact=True).select_option(label=person)
    page.get_by_role("button", name="Vis", exact=True).click()

    page.wait_for_url("**person=*")
    told = page.locator(".columns-main .reminder-list > li > strong").all_inner_texts()
    assert set(told) == {person}
