"""Every list filters, sorts, pages and comes as a file, as its address says."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from urllib.parse import urljoin

import pytest
import time_machine
from django.http import QueryDict
from django.utils.translation import override

from notifications import feeds
from rollout import services
from rollout.models import ClosingPeriod, Job, JobKind, Meeting, Membership, User
from rollout.templatetags.dates import short_day
from rollout.web.sheets import Cell, Sheet, listed_sheet
from rollout.web.sorting import PAGE_SIZE
from tests.factories import (
    NOON,
    make_activity,
    make_focus_area,
    make_indicator,
    make_member,
    make_objective,
    make_partner,
    make_place,
    make_programme,
    make_request,
)
from tests.notifications.factories import make_message
from tests.rollout.test_web_overview import text_of


def shown(rows, address):
    sheet = Sheet("T", ["A", "B"])
    for row in rows:
        sheet.add(*row)
    listed = listed_sheet(sheet, QueryDict(address)).listed
    return [row[0].value for row in listed.shown]


ROWS = [
    ("Ål", Decimal(10)),
    ("æble", Decimal(2)),
    ("Bo", None),
    ("zebra", Decimal(-1)),
]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ["Ål", "æble", "Bo", "zebra"]),
        ("sort=1", ["Bo", "zebra", "æble", "Ål"]),
        ("sort=-1", ["Ål", "æble", "zebra", "Bo"]),
        ("sort=2", ["zebra", "æble", "Ål", "Bo"]),
        ("sort=-2", ["Ål", "æble", "zebra", "Bo"]),
        ("sort=9", ["Ål", "æble", "Bo", "zebra"]),
        ("q=B&sort=1", ["Bo", "zebra", "æble"]),
        ("q=10", ["Ål"]),
        ("q=nothing", []),
    ],
)
def test_the_address_filters_and_sorts_with_the_empty_last(address, expected):
    assert shown(ROWS, address) == expected


MET = Cell(date(2026, 3, 3), text="udkast fra 3. mar.", note="afventer låsning")
READ = [
    ("tekst", MET, None),
    ("andet", date(2026, 3, 9), Decimal("1234.5")),
    ("moment", NOON, 0),
]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("udkast", ["tekst"]),
        ("låsning", ["tekst"]),
        ("9. mar", ["andet"]),
        ("kl. 12.00", ["moment"]),
        ("1.234,5", ["andet"]),
        ("0)", []),
        ("none", []),
        ("decimal", []),
        ("2026-03", []),
    ],
)
def test_a_list_is_filtered_by_what_one_reads(wanted, expected):
    sheet = Sheet("T", ["A", "B", "C"])
    for row in READ:
        sheet.add(*row)

    found = listed_sheet(sheet, QueryDict(f"q={wanted}")).listed.rows

    assert [row[0].value for row in found] == expected


def test_lists_of_days_are_filtered_by_the_day_that_is_shown(
    client, programme, manager
):
    late = datetime(2026, 2, 8, 23, 30, tzinfo=UTC)
    User.objects.filter(pk=manager.pk).update(last_login=late)
    make_member(programme, name="Eksempel Ny")

    def found(text):
        page = text_of(client.get("/settings/members/", {"q": text}))
        return "Mette Leder" in page.partition("Sidste login")[2], "Eksempel Ny" in page

    with override("da"):
        shown = short_day(late)

    assert shown.startswith("9. feb."), "by local time it is the next day already"
    assert found(shown) == (True, False)
    assert found("aldrig") == (False, True)
    assert found("2026-02") == (False, False)


def test_a_column_of_numbers_days_and_texts_sorts():
    rows = [(Cell("below 5"), 1), (date(2026, 1, 1), 2), (7, 3), ("", 4)]

    assert shown(rows, "sort=1") == [7, date(2026, 1, 1), "below 5", ""]


def test_a_long_list_has_pages_and_its_file_has_all():
    sheet = Sheet("T", ["A"])
    for number in range(PAGE_SIZE + 1):
        sheet.add(number)

    second = listed_sheet(sheet, QueryDict("page=2"))

    assert [row[0].value for row in second.listed.shown] == [PAGE_SIZE]
    assert len(second.sheet.table().rows) == PAGE_SIZE + 1
    assert len(second.lines) == 1


@pytest.fixture
def programme(db):
    with time_machine.travel(NOON, tick=False):
        yield make_programme()


@pytest.fixture
def manager(client, programme):
    found = make_member(programme, name="Mette Leder")
    client.force_login(found)
    return found


@pytest.fixture
def job(programme, manager):
    return Job.objects.create(
        programme=programme,
        kind=JobKind.BULK,
        by=manager,
        title="Flyt fase 2",
        asked_at=NOON,
    )


@pytest.fixture
def everything(programme, job, manager):
    """One row at least in every list."""
    token = {"name": "Regneark", "days": 30, "scopes": ["status:read"]}
    services.issue_token(**token, programme=None, by=manager, at=NOON)
    feeds.create(manager, at=NOON)
    ClosingPeriod.objects.create(
        programme=programme,
        name="Sommerferie",
        kind="quiet",
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 7, 31),
    )
    Meeting.objects.create(
        programme=programme, kind="board", held_on=date(2026, 5, 4), notice_days=10
    )
    partner = make_partner(programme=programme, name="Skolen")
    make_activity(
        programme=programme,
        place=make_place(programme=programme, name="Ådalen"),
        responsible_partner=partner,
    )
    make_message(programme=programme)


LISTS = [
    "/places/",
    "/partners/",
    "/jobs/",
    "/settings/members/",
    "/settings/tokens/",
    "/settings/calendars/",
    "/settings/calendar/",
    "/settings/ladders/",
    "/settings/year/",
    "/messages/",
]


@pytest.mark.parametrize("address", LISTS)
def test_a_list_shows_how_it_sorts_and_filters_and_hands_out_its_file(
    client, everything, address
):
    html = client.get(f"{address}?q=xyzzy&sort=1").content.decode()
    page = client.get(address).content.decode()

    assert 'class="sorter"' in page
    assert 'name="q"' in page or 'name="state"' in page
    assert "format=xlsx" in page
    assert client.get(f"{address}?format=csv").content.startswith(b"\xef\xbb\xbf")
    assert ("Ingen rækker" in html) == (address != "/messages/")


def refused_round(client, programme):
    objective = make_objective(focus_area=make_focus_area(programme=programme))
    asked = make_request(indicator=make_indicator(objective=objective))
    address = f"/monitoring/rounds/{asked.round_id}/transitions/submit/"
    return client.post(address, {"submit-version": 99})


def refused_report(client, programme):
    address = f"/reports/new/{programme.pk}/?programme={programme.code}"
    client.post(address, {"new-kind": "board"})
    return client.post(address, {"new-kind": "board", "new-first": "2026-01-01"})


def refused_card(client, programme):
    card = make_activity(programme=programme)
    back = f"programme={programme.code}&place={card.place.code}"
    key = f"card-{card.pk}"
    return client.post(
        f"/board/{card.pk}/",
        {f"{key}-to": "evaluated", f"{key}-version": 1, "back": back},
    )


LINK = re.compile(r'href="([^"]*[?;](?:sort|format)=[^"]*)"')


@pytest.mark.parametrize("refused", [refused_round, refused_report, refused_card])
def test_the_lists_of_a_refused_page_are_asked_of_a_page(
    client, programme, manager, refused
):
    """It stands at an address that takes only forms."""
    Membership.objects.create(user=manager, programme=make_programme(), role="manager")

    answer = refused(client, programme)

    html = answer.content.decode()
    assert answer.status_code in {409, 412, 422}
    links = [unescape(one) for one in LINK.findall(html)]
    assert links
    for link in links:
        found = client.get(urljoin(answer.request["PATH_INFO"], link))
        assert found.status_code == 200, link
        assert "rollout/choose.html" not in {one.name for one in found.templates}
    assert re.search(r'method="get"(?! action)', html) is None


def test_ones_jobs_are_a_list_that_nobody_else_sees(client, programme, job):
    assert "Flyt fase 2" in text_of(client.get("/jobs/"))

    client.force_login(make_member(programme))
    assert "Flyt fase 2" not in text_of(client.get("/jobs/"))


def test_the_history_is_a_list_narrowed_as_on_the_page(client, manager, programme):
    activity = make_activity(programme=programme, state="in_clarification")

    address = f"/activities/{activity.pk}/history/"
    everything = client.get(address)
    nothing = client.get(f"{address}?kind=evaluation")

    assert "Historik" in text_of(everything)
    assert everything.content.count(b'role="row"') > nothing.content.count(
        b'role="row"'
    )
