"""What strangers may send is read or refused: nothing of it crashes, or finds anything.

Plan files and reports of returned mail are fuzzed beside their own tests
(`test_bad_files.py`, `bounced/test_reading.py`), the API's bodies in `test_fuzz.py`.
"""

from __future__ import annotations

import base64
import json
from io import BytesIO
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.cache import caches
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from openpyxl import Workbook

from notifications import feeds, ics
from notifications.models import ActionLink, Bounce
from rollout.models import Milestone
from rollout.values_file import MOST_BYTES, Unreadable, read_table
from tests.factories import NOON, make_member
from tests.notifications.factories import make_due_milestone, make_running_activity

pytestmark = pytest.mark.django_db

SECRET = "rollout:0123456789abcdefghij"
#: What a token may look like, and what it may not.
TOKENS = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=80),
    st.text("ABCDEFabcdef0123456789-_.:=", min_size=1, max_size=200),
    st.sampled_from(["\0", "%00", "..", "../../etc/passwd", "a" * 5000, "'--", "ÿ"]),
)
#: What JSON can hold, and the names that providers use.
NAMES = st.sampled_from(
    ["RecordType", "Type", "Email", "Metadata", "event", "email", "ts_epoch", "rollout"]
) | st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner),
    max_leaves=12,
)

often = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(autouse=True)
def _no_limits():
    """Forget who asked how often."""
    caches["throttle"].clear()


@pytest.mark.parametrize("address", ["/answer/{}/", "/mails/{}/", "/answers/{}/"])
@often
@given(token=TOKENS)
def test_no_token_crashes_a_link_or_finds_what_is_not_its_own(client, address, token):
    place = address.format(quote(token, safe=""))

    for answer in (client.get(place), client.post(place, {"choice": token})):
        assert answer.status_code in {200, 302, 400, 403, 404, 405, 410, 429}, token
    assert not ActionLink.objects.exists()


@often
@given(token=TOKENS)
def test_no_token_opens_a_calendar(client, token):
    answer = client.get(f"/calendar/{quote(token, safe='')}.ics")

    assert answer.status_code in {404, 429}, token


@often
@given(scheme=st.sampled_from(["Bearer ", "bearer ", "Basic ", ""]), token=TOKENS)
def test_no_token_gets_past_the_api(client, scheme, token):
    value = (scheme + token).encode().decode("latin-1")

    answer = client.get("/api/v1/activities/", headers={"Authorization": value})

    assert answer.status_code in {401, 429}, value
    caches["throttle"].clear()


@pytest.mark.parametrize("provider", ["postmark", "brevo", "mailjet"])
@often
@given(
    body=st.one_of(
        JSON.map(json.dumps), st.text(max_size=60), st.lists(JSON).map(json.dumps)
    )
)
def test_no_report_of_a_provider_crashes_or_silences_anybody(
    client, settings, provider, body
):
    settings.MAIL_PROVIDER = provider
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    login = base64.b64encode(SECRET.encode()).decode()

    answer = client.post(
        "/mail-events/",
        data=body.encode("utf-8", "surrogatepass"),
        content_type="application/json",
        headers={"Authorization": f"Basic {login}"},
    )

    assert answer.status_code in {200, 204, 400}, body
    assert not Bounce.objects.exists()


@pytest.fixture
def feed():
    activity = make_running_activity()
    make_due_milestone("2026-04-15", activity=activity)
    person = make_member(activity.programme)
    feed, _secret = feeds.create(person, programme=activity.programme, at=NOON)
    return feed


@often
@given(title=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_whatever_a_deadline_is_called_its_calendar_reads_as_one_event(feed, title):
    Milestone.objects.update(title=title[:200])
    feeds.refresh_one(feed, now=NOON)

    read = Calendar.from_ical(ics.write(feed, feeds.shown(feed)))

    assert len(read.walk("VEVENT")) == 1


def workbook(**parts):
    """Return a small workbook with parts of it replaced, or added."""
    made = BytesIO()
    book = Workbook()
    book.active.append(["a", "b"])
    book.save(made)
    packed = BytesIO()
    with ZipFile(made) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name, None) or old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return packed.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "lol">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
SHEET = (
    b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>'
    b"</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    "data",
    [
        workbook(**{"xl/worksheets/sheet1.xml": LAUGHS + SHEET}),
        workbook(**{"xl/sharedStrings.xml": LAUGHS + b"]><sst>&j;</sst>"}),
        workbook(**{"xl/media/image1.png": b"0" * 60_000_000}),
        workbook(**{f"x/{n}": b"" for n in range(1_001)}),
        workbook(**{"xl/worksheets/sheet1.xml": b"<worksheet"}),
        workbook(**{"xl/workbook.xml": b"<a/>"}),
    ],
    ids=["entities", "shared entities", "ratio", "many files", "cut off", "no book"],
)
def test_no_workbook_that_was_made_to_hurt_is_read(data):
    """Checklist 19: refused in words, before it is unpacked or without its entities."""
    assert len(data) < MOST_BYTES

    try:
        read = read_table(data, "tal.xlsx")
    except Unreadable:
        return
    assert "lol" not in str(read)
