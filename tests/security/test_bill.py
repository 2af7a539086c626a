"""What we are made of is told from the locks, and what we accept expires."""

import json
import re
from datetime import date

import pytest

from bootstrap import audit, bill
from tests.environment import ROOT


def test_the_bill_of_materials_names_every_locked_package():
    """Checklist 46: with version and digests."""
    lock = (ROOT / "requirements" / "runtime.txt").read_text()
    locked = re.findall(r"^([\w.-]+)(?:\[.*\])?==", lock, re.MULTILINE)

    made = bill.bill()

    named = [one for one in made["components"] if one["purl"].startswith("pkg:pypi/")]
    assert {one["name"] for one in named} == {
        name.lower().replace("_", "-") for name in locked
    }
    assert all(one["hashes"] for one in made["components"])
    assert any(one["purl"].startswith("pkg:npm/dkfds@") for one in made["components"])
    assert not any("axe-core" in one["purl"] for one in made["components"])


def test_an_accepted_hole_is_accepted_with_a_reason_and_for_a_time():
    text = "# known\nGHSA-1 2026-12-31 never called here\nGHSA-2 2026-01-31 old\n"

    assert audit.accepted(text, on=date(2026, 11, 25)) == {"GHSA-1"}
    with pytest.raises(ValueError, match="no reason"):
        audit.accepted("GHSA-3 2026-12-31\n", on=date(2026, 11, 25))


def test_the_answers_of_the_services_are_understood():
    python = {"dependencies": [{"name": "x", "version": "1", "vulns": [{"id": "P"}]}]}
    node = {"vulnerabilities": {"y": {"via": ["z", {"url": "https://x.test/GHSA-9"}]}}}

    assert list(audit.python_holes(json.dumps(python))) == [("x 1", "P")]
    assert list(audit.node_holes(json.dumps(node))) == [("y", "GHSA-9")]
    with pytest.raises(ValueError, match="no answer"):
        list(audit.node_holes('{"error": {}}'))


def test_a_service_out_of_reach_fails_nothing_and_nonsense_fails():
    """Checklist 46: a check that is broken does not pass."""
    unreached = '{"error": {"code": "ENOTFOUND"}}'

    assert audit.read(unreached, "", audit.node_holes) is None
    assert audit.read("", "Max retries exceeded", audit.python_holes) is None
    for nonsense in ("", "<html>", "[]", '{"error": {"code": "E500"}}'):
        with pytest.raises(ValueError, match="cannot be understood"):
            audit.read(nonsense, "", audit.node_holes)
