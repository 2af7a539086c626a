"""The agreement's S4, fewer than 6 evictions a year in AAB55: 5 meets it, 6 misses it.

Who has no right to small numbers learns that and no more, wherever it is read.
"""

from datetime import date
from io import BytesIO

import pypdf
import pytest
import time_machine

from rollout.models import Role
from rollout.periods import Period
from rollout.reports import keeping
from rollout.reports.kinds import document_of
from rollout.reports.writers import WRITERS
from tests.api.conftest import Caller
from tests.factories import NOON, TODAY, make_member
from tests.rollout.test_figures import evictions
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db

#: Where it is read: what is said of a target that is met, and of one that is missed.
SAID = {
    "page": ("Opfyldt: under 6.", "Ikke opfyldt: ikke under 6."),
    "objective": ("Opfyldt: under 6.", "Ikke opfyldt: ikke under 6."),
    "value": ("Målet er nået", "Målet er ikke nået"),
    "chart": ("AAB55: 2025: opfyldt.", "AAB55: 2025: ikke opfyldt."),
    "csv": ("AAB55;2025;opfyldt;", "AAB55;2025;ikke opfyldt;"),
    "api": ('"meets_threshold":true', '"meets_threshold":false'),
    "api csv": (";true;", ";false;"),
    "report": ("· opfyldt ·", "· ikke opfyldt ·"),
    "pdf": ("Opfyldt: under 6.", "Ikke opfyldt: ikke under 6."),
}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def read_everywhere(client, indicator):
    """Return what an observer reads of the one value, by where it is read."""
    observer = make_member(
        indicator.programme, Role.OBSERVER, name="Eksempel Iagttager"
    )
    client.force_login(observer)
    caller = Caller(observer)
    page = client.get("/monitoring/")
    objective = client.get(f"/objectives/{indicator.objective_id}/")
    (value,) = indicator.measurements.all()
    own = client.get(f"/monitoring/values/{value.pk}/")
    content = page.content.decode()
    told = "value,mask,meets_threshold,comment,returned_reason"
    fields = f"measurements/?fields={told}"
    return {
        "page": text_of(page),
        "objective": text_of(objective),
        "value": text_of(own),
        "chart": content.partition('class="chart"')[2].partition("</svg>")[0],
        "csv": client.get("/monitoring/?format=csv").content.decode(),
        "all values": client.get("/monitoring/values/?format=csv").content.decode(),
        "api": caller.ask(fields).content.decode(),
        "api csv": caller.ask(f"{fields}&format=csv").getvalue().decode(),
        "report": " ".join(report_of(indicator).lines()),
    }


def report_of(indicator):
    """Return a report that a manager, who may see all, makes for the open."""
    manager = make_member(indicator.programme, name="Eksempel Leder")
    period = Period(date(2026, 1, 1), date(2026, 6, 30))
    report = keeping.make_report(
        indicator.programme, "lbf_status", period, by=manager, at=NOON
    )
    return document_of(report, on=TODAY)


def pdf_text(indicator):
    """Return what is read of such a report as a PDF."""
    data = WRITERS["pdf"].write(report_of(indicator), NOON)
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_others_learn_whether_it_is_kept_and_no_more_wherever_they_read(client):
    indicator = evictions(5)
    (value,) = indicator.measurements.all()

    met = read_everywhere(client, indicator)
    value.value, value.returned_reason = 4, "Fire, ikke fem"
    value.save()
    also_met = read_everywhere(client, indicator)
    met["pdf"] = pdf_text(indicator)
    value.value = 6
    value.save()
    missed = read_everywhere(client, indicator) | {"pdf": pdf_text(indicator)}

    assert met == also_met | {"pdf": met["pdf"]}, "five cannot be told from four"
    for where, (kept, broken) in SAID.items():
        assert kept in met[where], where
        assert broken in missed[where], where
        assert kept not in missed[where] or kept in broken, where
