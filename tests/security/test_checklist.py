"""The table of the security checklist is true: every test that it names exists."""

from tests.environment import ROOT
from tests.security.checklist import ITEMS, TABLE, as_table, names_of_tests


def test_every_item_is_there_and_every_named_test_exists():
    missing = [
        (number, reference)
        for number, item in ITEMS.items()
        for reference in item.tests
        for file, _colons, name in [reference.partition("::")]
        if f"test_{name}" not in names_of_tests(ROOT / "tests" / file)
    ]

    assert list(ITEMS) == list(range(1, 48))
    assert missing == []


def test_what_is_held_is_held_by_a_test_or_needs_none():
    assert all(item.tests or item.note for item in ITEMS.values())
    assert all(item.note for item in ITEMS.values() if item.result != "held")


def test_the_table_is_written_from_the_list():
    assert TABLE.read_text() == as_table(), (
        "Write it anew: python -m tests.security.checklist"
    )
