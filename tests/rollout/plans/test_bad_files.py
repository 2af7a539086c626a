"""Every way in which a plan file can be bad: where, what, what to do, and no change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from rollout.models import Programme
from rollout.plans.apply import apply_plan
from rollout.plans.document import parse_bytes, parse_file
from rollout.plans.problems import BadPlan, Problem
from tests.factories import NOON
from tests.rollout.plans.plan_texts import PROGRAMME, SMALL

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@dataclass(frozen=True)
class Bad:
    """A bad file and the problem that must be among those reported."""

    text: str | bytes
    code: str
    #: The line of the problem: its number, or words that first stand on it.
    at: int | str
    path: str = ""

    @property
    def data(self) -> bytes:
        return self.text if isinstance(self.text, bytes) else self.text.encode()

    @property
    def line(self) -> int:
        if isinstance(self.at, int):
            return self.at
        before, words, _rest = self.data.decode().partition(self.at)
        assert words
        return before.count("\n") + 1


def small(old: str, new: str) -> str:
    """Return the small plan with one thing changed."""
    assert old in SMALL
    return SMALL.replace(old, new, 1)


AREA = "focus_areas[employment]"
NORTH = f"{AREA}.initiatives[first-job].activities[north]"
PLACES = "places:\n  - {code: a, name: A, kind: group, parent: b}\n"
CYCLE_OF_PLACES = (
    PROGRAMME + PLACES + "  - {code: b, name: B, kind: group, parent: a}\n"
)
CYCLE_OF_MILESTONES = small(
    "    due: 2026-05-29\n",
    "    after: [Later]\n  - activity: first-job/north\n    title: Later\n"
    "    after: [Shops are found]\n",
)

BAD = {
    "wrong type: list for text": Bad(
        small("name: Employment", "name: [a]"),
        "wrong_type",
        "name: [a]",
        f"{AREA}.name",
    ),
    "wrong type: text for list": Bad(
        small("departments: [jobs]", "departments: jobs"),
        "wrong_type",
        "departments: jobs",
        f"{AREA}.departments",
    ),
    "wrong type: text for entries": Bad(
        PROGRAMME + "places: north\n", "wrong_type", 8, "places"
    ),
    "wrong type: text for an entry": Bad(
        PROGRAMME + "places:\n  - north\n", "wrong_type", 9, "places[#1]"
    ),
    "wrong type: list for the whole": Bad("- a\n- b\n", "wrong_type", 1),
    "wrong type: word for a date": Bad(
        small("2026-02-01", "soon"), "wrong_value", "soon", f"{NORTH}.launched_on"
    ),
    "wrong type: word for a number": Bad(
        small("12.5", "many"),
        "wrong_value",
        "many",
        f"{AREA}.objectives[E1].indicators[E1a].baseline",
    ),
    "wrong type: word for a truth value": Bad(
        small("proposal: true", "proposal: ja"),
        "wrong_value",
        "ja}",
        f"{AREA}.initiatives[first-job].activities[south].proposal",
    ),
    "a date that does not exist": Bad(
        small("2026-02-01", "2026-02-30"),
        "wrong_value",
        "02-30",
        f"{NORTH}.launched_on",
    ),
    "a day that no year has": Bad(
        PROGRAMME + "occasions:\n"
        "  - {title: X, kind: board, first: 13-01, last: 01-31}\n",
        "wrong_value",
        "13-01",
        "occasions[X].first",
    ),
    "a word that is not known": Bad(
        small("nature: continued", "nature: continues"),
        "wrong_value",
        "continues",
        f"{AREA}.initiatives[first-job].nature",
    ),
    "a code that is none": Bad(
        small("code: north", "code: Nord Øst"),
        "wrong_value",
        12,
        "places[Nord Øst].code",
    ),
    "a text that is too long": Bad(
        small("name: North", f"name: {'x' * 121}"),
        "wrong_value",
        12,
        "places[north].name",
    ),
    "a number that is too large": Bad(
        small("12.5", "12345678901"),
        "wrong_value",
        "12345678901",
        f"{AREA}.objectives[E1].indicators[E1a].baseline",
    ),
    "unknown key": Bad(
        small("    nature:", "    natur:").replace("nature: continued", "natur: x"),
        "unknown_key",
        "natur:",
        f"{AREA}.initiatives[first-job].natur",
    ),
    "unknown section": Bad(PROGRAMME + "pace: []\n", "unknown_key", 8, "pace"),
    "missing key": Bad(
        small("        name: First job\n", ""),
        "missing_key",
        "- code: first-job",
        f"{AREA}.initiatives[first-job]",
    ),
    "missing programme": Bad("format: 1\n", "missing_key", 1),
    "unknown format": Bad("format: 2\n", "wrong_value", 1, "format"),
    "dangling reference": Bad(
        small("departments: [jobs]", "departments: [jobs, shops]"),
        "unknown_reference",
        "shops",
        f"{AREA}.departments[#2]",
    ),
    "dangling activity": Bad(
        small("activity: first-job/north", "activity: first-job/nord"),
        "unknown_reference",
        "first-job/nord",
        "milestones[Shops are found].activity",
    ),
    "dangling programme": Bad(
        "programme: nowhere\n", "unknown_reference", 1, "programme"
    ),
    "dangling predecessor": Bad(
        PROGRAMME + "  predecessor: nowhere\n",
        "unknown_reference",
        8,
        "programme.predecessor",
    ),
    "duplicate code": Bad(
        small("code: south", "code: north"), "duplicate", 13, "places[north].code"
    ),
    "duplicate key": Bad(
        small("name: Employment", "name: Jobs\n    name: Employment"),
        "duplicate_key",
        "name: Employment",
        f"{AREA}.name",
    ),
    "duplicate milestone": Bad(
        SMALL.replace(
            "monitoring_rounds:",
            "  - {activity: first-job/north, title:  Shops are found}\n"
            "monitoring_rounds:",
        ),
        "duplicate",
        "  Shops",
        "milestones[Shops are found].title",
    ),
    "number without the one before": Bad(
        small("    due: 2026-05-29", "    number: 2"),
        "gap",
        "number: 2",
        "milestones[Shops are found].number",
    ),
    "cycle of parents": Bad(CYCLE_OF_PLACES, "cycle", 9, "places[a].parent"),
    "cycle of predecessors": Bad(
        CYCLE_OF_MILESTONES,
        "cycle",
        "after: [Later]",
        "milestones[Shops are found].after",
    ),
    "date before the programme": Bad(
        small("2026-02-01", "2025-12-31"),
        "outside_programme",
        "2025-12-31",
        f"{NORTH}.launched_on",
    ),
    "date after the programme": Bad(
        small("2026-05-29", "2031-01-01"),
        "outside_programme",
        "2031-01-01",
        "milestones[Shops are found].due",
    ),
    "programme that ends before it starts": Bad(
        small("2030-12-31", "2025-12-31"), "contradiction", 7, "programme.ends_on"
    ),
    "launched without a date": Bad(
        small("            launched_on: 2026-02-01\n", ""),
        "contradiction",
        "state: launched",
        f"{NORTH}.state",
    ),
    "threshold missing": Bad(
        small("direction: increase", "direction: keep_below"),
        "contradiction",
        "keep_below",
        f"{AREA}.objectives[E1].direction",
    ),
    "relative date in a plan": Bad(
        small("2026-05-29", "+5wd"),
        "relative_date",
        "+5wd",
        "milestones[Shops are found].due",
    ),
    "a place in an example file": Bad(
        "example: true\n" + PROGRAMME, "not_example", 4, "programme"
    ),
    "invisible character": Bad(
        small("name: North", "name: No\u202erth"),
        "wrong_value",
        12,
        "places[north].name",
    ),
    "surrogate": Bad(small("name: North", 'name: "No\\ud800rth"'), "syntax", "ud800"),
    "escaped NUL": Bad(
        small("name: North", 'name: "No\\0rth"'),
        "wrong_value",
        12,
        "places[north].name",
    ),
    "NUL": Bad(PROGRAMME + "# \0\n", "control_character", 8),
    "control character": Bad(PROGRAMME + "# \x07\n", "control_character", 8),
    "tab": Bad(PROGRAMME + "places:\n\t- code: a\n", "syntax", 9),
    "unclosed quotation mark": Bad(PROGRAMME + 'places: "a\n', "syntax", 9),
    "unclosed bracket": Bad(PROGRAMME + "places: [a\n", "syntax", 9),
    "colon in a text": Bad(PROGRAMME + "places: a: b\n", "syntax", 8),
    "two documents": Bad(PROGRAMME + "---\na: 1\n", "two_documents", 8),
    "tag": Bad(
        PROGRAMME + "places: !!python/object/apply:os.system [x]\n", "tag", 8, "places"
    ),
    "alias": Bad(PROGRAMME + "partners: &a []\nplaces: *a\n", "alias", 9, "places"),
    "alias bomb": Bad(BOMB, "alias", 2, "b[#1]"),
    "deep nesting": Bad("[" * 10_000, "too_deep", 1),
    "deep nesting in keys": Bad("? " * 10_000, "too_deep", 1),
    "deep nesting in blocks": Bad("- " * 10_000, "too_deep", 1),
    "too many values": Bad("- a\n" * 20_001, "too_many_values", 20_000),
    "not UTF-8": Bad("navn: Ishøj\n".encode("latin-1"), "not_utf8", 1),
    "UTF-16": Bad("a: 1\n".encode("utf-16"), "not_utf8", 1),
    "empty": Bad("", "empty", 0),
    "only a comment": Bad("# nothing\n", "empty", 0),
    "just over the size": Bad(b"#" * 1_000_001, "too_large", 0),
}


def problems_of(data: bytes) -> list[Problem]:
    """Return everything that is wrong with a file when it is applied."""
    with pytest.raises(BadPlan) as caught:
        apply_plan(parse_bytes(data, name="bad.yaml"), at=NOON)
    return caught.value.problems


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_place_and_nothing_is_changed(name: str):
    bad = BAD[name]

    problems = problems_of(bad.data)

    places = [(problem.code, problem.line, problem.path) for problem in problems]
    assert (bad.code, bad.line, bad.path) in places
    assert not Programme.objects.exists()


@pytest.mark.django_db
def test_all_that_is_wrong_with_a_file_is_listed_in_order():
    text = SMALL.replace("kind: department", "kind: departement")
    text = text.replace("nature: continued", "natur: continued")
    text = text.replace("proposal: true", "proposal: ja")
    text = text.replace("[school]", "[skole]")

    problems = problems_of(text.encode())

    lines = text.splitlines()
    assert [(lines[p.line - 1].strip(), p.code) for p in problems] == [
        (
            "- {code: jobs, name: Department of Employment, kind: departement}",
            "wrong_value",
        ),
        ("natur: continued", "unknown_key"),
        ("contributors: [skole]", "unknown_reference"),
        ("- {place: south, proposal: ja}", "wrong_value"),
    ]


@pytest.mark.django_db
def test_one_fault_is_one_problem():
    text = SMALL.replace("code: north", "code: nord øst").replace(
        "place: north", "place: nord øst"
    )

    problems = problems_of(
        text.replace("first-job/north", "first-job/nord øst").encode()
    )

    assert [problem.code for problem in problems] == ["wrong_value"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("nature: continues", "continued"),
        ("natur: new", "nature"),
        ("nature: New", "new"),
    ],
)
@pytest.mark.django_db
def test_a_misspelling_is_answered_with_what_was_meant(word: str, meant: str):
    with translation.override("en"):
        problems = problems_of(small("nature: continued", word).encode())

    assert f"Did you mean “{meant}”?" in problems[0].fix


@pytest.mark.django_db
def test_a_danish_date_is_answered_with_the_iso_date():
    problems = problems_of(small("2026-02-01", "1.2.2026").encode())

    assert "2026-02-01" in problems[0].fix


@pytest.mark.django_db
def test_a_decimal_comma_is_answered_with_a_point():
    problems = problems_of(small("12.5", "12,5").encode())

    assert "12.5" in problems[0].fix


@pytest.mark.django_db
def test_words_that_other_programs_take_for_truth_values_are_words():
    applied_name = small("name: North", "name: no")

    document = parse_bytes(applied_name.encode(), name="plan.yaml")

    assert not document.reading.problems
    assert "no" in [entry.values.get("name") for entry in document.entries]


def test_a_large_file_is_refused_without_reading_all_of_it(tmp_path: Path):
    file = tmp_path / "large.yaml"
    with file.open("wb") as large:
        large.truncate(50_000_000)

    with pytest.raises(BadPlan) as caught:
        parse_file(str(file))

    assert caught.value.problems[0].code == "too_large"
    assert "50" in caught.value.problems[0].what


def test_a_file_that_is_not_there_is_one_problem(tmp_path: Path):
    for path in (tmp_path / "missing.yaml", tmp_path):
        with pytest.raises(BadPlan) as caught:
            parse_file(str(path))

        assert [problem.code for problem in caught.value.problems] == ["unreadable"]


@given(data=st.binary(max_size=300))
def test_arbitrary_bytes_are_read_or_refused(data: bytes):
    read_or_refused(data)


@given(text=st.text(alphabet="ab:-[]{}&*!|>'\"#%@`,? \n\t~", max_size=120))
def test_arbitrary_yaml_is_read_or_refused(text: str):
    read_or_refused(text.encode())


@given(data=st.data())
def test_a_plan_with_one_arbitrary_change_is_read_or_refused(data: st.DataObject):
    start = data.draw(st.integers(0, len(SMALL)))
    end = data.draw(st.integers(start, min(len(SMALL), start + 20)))
    middle = data.draw(st.text(max_size=10))

    read_or_refused(
        (SMALL[:start] + middle + SMALL[end:]).encode("utf-8", "surrogatepass")
    )


def read_or_refused(data: bytes) -> None:
    try:
        problems = parse_bytes(data, name="plan.yaml").reading.problems
    except BadPlan as bad:
        problems = bad.problems
    assert all(problem.what and problem.fix for problem in problems)


@pytest.mark.django_db
def test_the_command_exits_with_2_and_explains_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "bad.yaml"
    file.write_text(small("departments: [jobs]", "departments: [job]"))

    for verb in ("validate", "diff", "apply"):
        with pytest.raises(CommandError) as caught:
            call_command("plan", verb, str(file), language="en")

        printed = capsys.readouterr()
        assert caught.value.returncode == 2
        assert printed.out == ""
        assert printed.err == (
            f"{file}:17: focus_areas[employment].departments[#1]: Nothing here is"
            " called “job”. Did you mean “jobs”?\n"
        )


@pytest.mark.django_db
def test_problems_are_told_in_danish_too():
    text = small("departments: [jobs]", "departments: [job]").encode()

    with translation.override("da"):
        problem = problems_of(text)[0]

    assert problem.what == "Intet her hedder »job«."
    assert problem.fix == "Mente du »jobs«?"
