"""The diff reads like a code review and changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from rollout.models import Activity, Initiative, Place, Programme
from rollout.plans import report
from tests.rollout.plans.plan_texts import (
    PEOPLE,
    SMALL,
    SMALL_EXAMPLES,
    applied,
    compared,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def lines(text: str) -> list[str]:
    return list(report.lines(compared(text)))


def test_new_entries_have_a_plus_and_their_name():
    assert "+ place north: North" in lines(SMALL)
    assert "+ initiative first-job: First job" in lines(SMALL)
    assert "+ activity first-job/south" in lines(SMALL)
    assert not Programme.objects.exists()


def test_details_show_the_fields_of_new_entries():
    detailed = list(report.lines(compared(SMALL), is_detailed=True))

    index = detailed.index("+ activity first-job/south")
    assert detailed[index + 1 : index + 3] == [
        "    place: south",
        "    proposal: true",
    ]


def test_changes_show_old_and_new():
    applied(SMALL)

    changed = SMALL.replace("name: South", "name: Greater South").replace(
        "due: 2026-05-29", "due: 2026-06-30"
    )

    assert lines(changed) == [
        "~ place south",
        "    name: South → Greater South",
        "~ milestone first-job/north: Shops are found",
        "    due: 2026-05-29 → 2026-06-30",
    ]


def test_lists_show_what_they_were():
    applied(SMALL)

    assert lines(SMALL.replace("departments: [jobs]", "departments: [school]")) == [
        "~ focus area employment",
        "    departments: jobs → school",
    ]


def test_a_new_order_is_called_so():
    applied(SMALL)
    north, south = (line for line in SMALL.splitlines() if "kind: housing_area" in line)

    assert lines(SMALL.replace(north, "").replace(south, f"{south}\n{north}")) == [
        "~ place south",
        "    (order): 2 → 1",
        "~ place north",
        "    (order): 1 → 2",
    ]


def test_what_is_left_to_people_says_why():
    applied(SMALL)
    Initiative.objects.update(name="My first job")

    changed = SMALL.replace(
        "{place: south, proposal: true}", "{place: south, readiness: [parties]}"
    )

    assert lines(changed) == [
        "= initiative first-job",
        (
            "    name: the file says First job as before; the application changed it to"
            " My first job"
        ),
        "= activity first-job/south",
        (
            "    readiness: the file says parties, but it is –; only the application"
            " changes it"
        ),
    ]


def test_what_the_file_lacks_has_a_minus():
    applied(SMALL)
    Place.objects.create(
        programme=Programme.objects.get(), code="west", name="West", kind="estate"
    )

    assert lines(SMALL) == [
        "- place west",
        "    in the database, not in the file; it stays",
    ]


def test_a_conflict_is_pointed_out():
    applied(SMALL)
    Initiative.objects.update(name="My first job")

    assert lines(SMALL.replace("name: First job", "name: Job one")) == [
        "~ initiative first-job",
        "    name: My first job → Job one (also changed in the application since)",
    ]


def test_relative_dates_do_not_move():
    applied(SMALL)
    applied(SMALL_EXAMPLES)

    assert lines(SMALL_EXAMPLES) == []


def test_a_real_entry_keeps_its_name_from_an_example():
    applied(SMALL)
    north = Activity.objects.get(place__code="north")
    north.milestones.create(title="An example", due_on=date(2026, 5, 1))

    found = lines(SMALL_EXAMPLES)

    index = found.index("= milestone first-job/north: An example")
    assert found[index + 1] == (
        "    a real entry has this name; the example is left out"
    )


def test_the_command_says_how_much_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    applied(SMALL)
    file = tmp_path / "plan.yaml"
    file.write_text(SMALL + PEOPLE)

    call_command("plan", "diff", str(file), language="en")

    assert capsys.readouterr().out.splitlines() == [
        "+ person lead@example.org: Lead",
        "+ person jobs@example.org: Jobs",
        "Applying would add 2 and change 0 entries.",
    ]


def test_the_exit_code_can_say_that_something_differs(tmp_path: Path):
    file = tmp_path / "plan.yaml"
    file.write_text(SMALL)

    with pytest.raises(SystemExit) as caught:
        call_command("plan", "diff", str(file), "--exit-code")
    applied(SMALL)
    call_command("plan", "diff", str(file), "--exit-code")

    assert caught.value.code == 1


def test_an_unknown_programme_is_answered_with_the_known_ones():
    applied(SMALL)

    with pytest.raises(CommandError, match="greenfield") as caught:
        call_command("plan", "export", "greenfeld")

    assert caught.value.returncode == 2
