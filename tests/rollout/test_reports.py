"""Reports say what they said; one content becomes PDF, Word, Excel and HTML."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from django.db import DatabaseError, transaction
from openpyxl import load_workbook

from rollout import services
from rollout.models import Report, ReportKind, Role, SubAgreement
from rollout.periods import Period
from rollout.reports import keeping
from rollout.reports.content import Document
from rollout.reports.kinds import document_of
from rollout.reports.writers import WRITERS
from rollout.services import Invalid
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_contribution,
    make_evaluation,
    make_focus_area,
    make_initiative,
    make_meeting,
    make_member,
    make_milestone,
    make_partner,
    make_place,
    make_request,
)
from tests.rollout.test_figures import evictions
from workflows.engine import NotAllowed, Stale, perform

pytestmark = pytest.mark.django_db

PERIOD = Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture
def indicator():
    return evictions(7, 5)


@pytest.fixture
def manager(indicator):
    return make_member(indicator.programme, name="Eksempel Leder")


def make(programme, by, kind="board", period=PERIOD):
    return keeping.make_report(programme, kind, period, by=by, at=NOON)


def freeze(report, by):
    return keeping.freeze_report(report, by=by, at=NOON, version=report.version)


def lines(report, on=TODAY):
    return "\n".join(document_of(report, on=on).lines())


def test_a_frozen_report_keeps_what_it_said_and_tells_what_differs(indicator, manager):
    report = freeze(make(indicator.programme, manager), manager)
    place = indicator.measurements.first().place

    make_activity(
        initiative=make_initiative(
            focus_area=indicator.objective.focus_area, name="Sundhedstjek"
        ),
        place=place,
    )

    assert "Sundhedstjek" not in lines(report)
    found = keeping.differences(report, on=TODAY)
    assert any("Sundhedstjek" in line for one in found for line in one.after)
    facts = dict(document_of(report, on=TODAY).facts)
    assert facts["Forfatter"] == "Eksempel Leder"
    assert facts["Dataversion"] == str(report.data_version)
    assert facts["Status"] == "Låst"


def test_the_database_refuses_to_change_a_frozen_report(indicator, manager):
    report = freeze(make(indicator.programme, manager), manager)

    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(title="Noget andet")
    with pytest.raises(Invalid, match="låst"):
        keeping.edit_report(report, {"cover": "x"}, by=manager, version=report.version)


def test_two_who_edit_at_once_lose_nothing(indicator, manager):
    report = make(indicator.programme, manager)
    keeping.edit_report(report, {"cover": "A"}, by=manager, version=report.version)

    with pytest.raises(Stale):
        keeping.edit_report(report, {"cover": "B"}, by=manager, version=report.version)


def test_only_a_manager_freezes(indicator, manager):
    coordinator = make_member(indicator.programme, Role.COORDINATOR)
    report = make(indicator.programme, coordinator)

    with pytest.raises(NotAllowed):
        freeze(report, coordinator)


def test_drafts_are_seen_by_those_who_write_and_frozen_ones_by_who_follows(
    indicator, manager
):
    report = make(indicator.programme, manager)
    observer = make_member(indicator.programme, Role.OBSERVER)
    partner = make_member(indicator.programme, Role.PARTNER)
    assert not Report.objects.visible_to(observer).exists()

    freeze(report, manager)

    assert Report.objects.visible_to(observer).exists()
    assert not Report.objects.visible_to(partner).exists()


@pytest.mark.parametrize(("value", "told"), [(5, "opfyldt"), (6, "ikke opfyldt")])
def test_a_report_is_for_the_open_whoever_makes_it(value, told):
    indicator = evictions(value)
    manager = make_member(indicator.programme)

    said = lines(make(indicator.programme, manager))

    assert f"AAB55: 2025: {told}." in said
    assert f"2025: {value}" not in said


def test_deviations_name_their_causes(indicator, manager):
    place = make_place(programme=indicator.programme)
    activity = make_activity(
        place=place,
        initiative=make_initiative(focus_area=indicator.objective.focus_area),
        state="launched",
        responsible=manager,
    )
    perform(activity, "adjust", by=manager, at=NOON, reason="Målgruppen er ændret")

    said = lines(make(indicator.programme, manager))

    assert "Tilbage til under afklaring" in said
    assert "Målgruppen er ændret" in said


def test_the_committee_gets_its_own_columns(indicator, manager):
    area = indicator.objective.focus_area
    department = make_partner(
        programme=indicator.programme,
        name="Center for Kultur og Fritid",
        lead=make_member(indicator.programme, name="Eksempel Chef"),
    )
    make_activity(
        initiative=make_initiative(
            focus_area=area, name="Playbox", description="En container med spil"
        ),
        place=make_place(programme=indicator.programme),
        responsible_partner=department,
        state="launched",
    )
    report = make(indicator.programme, manager, "committee")
    offices = {
        department.code: {
            "director": "Eksempel Direktør",
            "committee": "Kulturudvalget",
        }
    }
    keeping.edit_report(
        report, {"offices": offices}, by=manager, version=report.version
    )
    report.refresh_from_db()

    sheet = next(document_of(report, on=TODAY).sheets())

    assert list(sheet.columns) == [
        *("Indsats", "Kort beskrivelse", "Ansvarlig direktør og centerchef"),
        *("Udvalg", "Status"),
    ]
    assert list(sheet.rows[0]) == [
        *("Playbox", "En container med spil"),
        "Eksempel Direktør, Eksempel Chef, Center for Kultur og Fritid",
        *("Kulturudvalget", "Vejleåparken: iværksat"),
    ]
    again = make(indicator.programme, manager, "committee")
    assert again.offices == offices


def test_the_agreement_in_force_is_the_valid_one_and_not_a_coming_one(manager):
    programme = manager.memberships.get().programme
    area = make_focus_area(programme=programme)
    for number, day in ((1, date(2025, 11, 1)), (2, date(2026, 9, 1))):
        SubAgreement.objects.create(
            focus_area=area, number=number, valid_from=day, summary=f"Tekst {number}"
        )

    said = lines(make(programme, manager, "agreement"))

    assert "Version 1, gældende fra 1. november 2025." in said
    assert "Tekst 2" not in said


def test_the_milestone_plan_has_the_year_s_milestones_and_is_to_be_confirmed(manager):
    programme = manager.memberships.get().programme
    activity = make_activity(programme=programme, state="launched")
    make_milestone(activity=activity, title="Lokale er fundet")
    make_milestone(activity=activity, title="Senere", due_on=date(2027, 4, 1))

    said = lines(make(programme, manager, "milestones"))

    assert "skabelon, der skal bekræftes" in said
    assert "Lokale er fundet" in said
    assert "Senere" not in said


def test_the_evaluation_report_has_what_was_concluded(manager):
    programme = manager.memberships.get().programme
    activity = make_activity(programme=programme, state="launched")
    make_evaluation(activity=activity, next_step="Vi fortsætter i Vildtbanegård")

    said = lines(make(programme, manager, "evaluation"))

    assert "Det går godt." in said
    assert "Næste skridt: Vi fortsætter i Vildtbanegård" in said


@pytest.mark.parametrize(("value", "told"), [(5, "opfyldt"), (6, "ikke opfyldt")])
def test_the_evaluation_report_has_the_values_that_the_system_filled_in(value, told):
    indicator = evictions(value)
    (kept,) = indicator.measurements.all()
    area = indicator.objective.focus_area
    activity = make_activity(
        state="launched",
        place=kept.place,
        initiative=make_initiative(focus_area=area),
    )
    kept.data_request = make_request(
        indicator=indicator,
        place=kept.place,
        period_start=kept.period_start,
        period_end=kept.period_end,
    )
    kept.save()
    author, manager = make_member(indicator.programme), make_member(indicator.programme)
    written = make_evaluation(activity=activity, approved_on=None, written_by=author)
    services.approve_evaluation(written, by=manager, at=NOON)

    said = lines(make(indicator.programme, manager, "evaluation"))

    assert f"vises ikke · skal holdes under: 6 · {told}" in said


def test_what_partners_put_in_is_told_to_the_board_and_to_lbf(indicator, manager):
    entry = make_contribution(partner=make_partner(programme=indicator.programme))
    services.note_delivery(
        entry, amount=20, delivered_on=TODAY, note="", by=manager, at=NOON
    )

    for kind in ("board", "lbf_status"):
        said = lines(make(indicator.programme, manager, kind))
        assert "Vejledning om fritidsjob (timer) · Hele helhedsplanen" in said
        assert "· 80 · 20" in said


def test_the_cover_of_a_draft_says_so_and_whether_its_form_is_known(indicator, manager):
    board = dict(document_of(make(indicator.programme, manager), on=TODAY).facts)
    status = make(indicator.programme, manager, kind="lbf_status")
    lbf = dict(document_of(status, on=TODAY).facts)

    assert board["Status"].startswith("Udkast")
    assert "Skema" not in board
    assert lbf["Skema"] == "Skabelon, der skal bekræftes"


def test_a_report_survives_being_kept_as_json(indicator, manager):
    document = document_of(make(indicator.programme, manager), on=TODAY)

    again = Document.from_json(document.as_json())

    assert list(again.lines()) == list(document.lines())


def test_a_board_meeting_gets_one_draft_since_the_meeting_before(indicator, manager):
    before = make_meeting(programme=indicator.programme, held_on=date(2026, 1, 20))
    meeting = make_meeting(programme=indicator.programme)

    made = keeping.make_for_meeting(meeting, at=NOON)

    assert (made.period_start, made.period_end) == (before.held_on, TODAY)
    assert keeping.make_for_meeting(meeting, at=NOON) is None


@pytest.fixture(scope="module")
def document(django_db_setup, django_db_blocker):
    """Make one board report with everything in it, for all that only write it."""
    with django_db_blocker.unblock(), transaction.atomic():
        indicator = evictions(7, 5)
        manager = make_member(indicator.programme, name="Eksempel Leder")
        make_activity(
            initiative=make_initiative(focus_area=indicator.objective.focus_area),
            place=indicator.measurements.first().place,
        )
        report = make(indicator.programme, manager)
        report.cover = "Første afsnit.\n\nAndet afsnit med æøå & <tegn>."
        made = document_of(report, on=TODAY)
        transaction.set_rollback(True)
    return made


def test_word_gets_real_styles_a_language_and_alternative_texts(document):
    content = WRITERS["docx"].write(document, NOON)

    word = docx.Document(BytesIO(content))
    styles = {paragraph.style.name for paragraph in word.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Heading 3", "Caption"} <= styles
    assert word.core_properties.author == "Eksempel Leder"
    with ZipFile(BytesIO(content)) as parts:
        body = parts.read("word/document.xml").decode()
        assert 'w:val="da-DK"' in parts.read("word/styles.xml").decode()
    assert "AAB55: 2024: ikke opfyldt; 2025: opfyldt." in body
    assert "<w:tblHeader" in body
    cover, page_break, _rest = body.partition('<w:br w:type="page"/>')
    assert page_break
    assert all(text in cover for text in (document.title, document.subtitle, "Udkast"))


def test_excel_gets_the_words_and_a_sheet_for_each_table(document):
    book = load_workbook(BytesIO(WRITERS["xlsx"].write(document, NOON)))

    assert len(book.sheetnames) == 1 + len(list(document.sheets()))
    assert book.properties.title == document.title
    words = [row[0] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert "Andet afsnit med æøå & <tegn>." in words


def test_html_escapes_what_people_wrote_and_needs_nothing_else(document):
    page = WRITERS["html"].write(document, NOON).decode()

    assert "Andet afsnit med æøå &amp; &lt;tegn&gt;." in page
    assert '<html lang="da">' in page
    assert "src=" not in page
    cover = page.partition('<header class="cover">')[2].partition("</header>")[0]
    assert all(text in cover for text in (document.title, document.subtitle, "Udkast"))


def test_every_kind_has_a_usual_period_inside_the_programme(indicator):
    on = datetime(2026, 3, 2, tzinfo=UTC).date()
    programme = indicator.programme

    for kind in ReportKind:
        period = keeping.usual_period(programme, kind, on=on)
        assert period.starts_on <= period.ends_on
        assert period.starts_on >= programme.starts_on - timedelta(days=1)
