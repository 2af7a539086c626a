"""Bytes that find their own way into the parsers crash none, in bounded time."""

from pathlib import Path

import pytest

from tests.guided_fuzz import TARGETS, fuzz

pytestmark = pytest.mark.long
SECONDS = 20


@pytest.mark.parametrize("name", TARGETS)
def test_no_parser_breaks_by_what_reaches_new_code(name, tmp_path: Path):
    """Checklist 47: one input takes five seconds and a gigabyte at most."""
    pytest.importorskip("atheris", reason="requirements/fuzz.txt is not installed")

    assert fuzz(name, seconds=SECONDS, keep=tmp_path)
