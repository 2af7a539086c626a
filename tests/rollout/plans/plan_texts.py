"""Small plan files that tests change in one place, and what tests do with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from textwrap import dedent

from django.apps import apps
from django.db import connection

from rollout.plans.apply import apply_plan, plan_diff
from rollout.plans.diff import Diff
from rollout.plans.document import parse_bytes
from rollout.plans.export import export
from rollout.plans.memory import remembered
from rollout.plans.rows import load
from tests.factories import NOON

PLANS = Path(__file__).resolve().parents[3] / "plans"
ISHOJ = PLANS / "ishoj-2025-2029.yaml"
EXAMPLES = PLANS / "example-data.yaml"

PROGRAMME = """\
format: 1
programme:
  code: greenfield
  name: Greenfield 2026-2030
  municipality: Greenfield
  starts_on: 2026-01-01
  ends_on: 2030-12-31
"""

#: A whole plan, small enough to be read in a test.
SMALL = (
    PROGRAMME
    + """\
partners:
  - {code: jobs, name: Department of Employment, kind: department}
  - {code: school, name: Greenfield School, kind: school}
places:
  - {code: north, name: North, kind: housing_area}
  - {code: south, name: South, kind: housing_area, requires_readiness: true}
focus_areas:
  - code: employment
    name: Employment
    departments: [jobs]
    objectives:
      - code: E1
        text: More young people have a job
        direction: increase
        indicators:
          - code: E1a
            name: Young people with a job
            unit: people
            direction: increase
            baseline: 12.5
    initiatives:
      - code: first-job
        name: First job
        nature: continued
        activities:
          - place: north
            state: launched
            launched_on: 2026-02-01
            contributors: [school]
          - {place: south, proposal: true}
milestones:
  - activity: first-job/north
    title: Shops are found
    due: 2026-05-29
monitoring_rounds:
  - title: Half-year
    kind: status
    period_start: 2026-01-01
    period_end: 2026-06-30
    due: 2026-08-14
"""
)

PEOPLE = """\
people:
  - {email: lead@example.org, name: Lead, role: manager}
  - {email: jobs@example.org, name: Jobs, role: partner, partner: jobs, head: true}
"""

#: Example data on top of the small plan.
SMALL_EXAMPLES = (
    """\
example: true
programme: greenfield
"""
    + PEOPLE
    + """\
assignments:
  - activity: first-job/north
    responsible: jobs@example.org
    responsible_partner: jobs
milestones:
  - activity: first-job/north
    title: An example
    due: +5wd
    responsible: jobs@example.org
  - activity: first-job/north
    title: A finished example
    state: done
    done_on: -5wd
    after: [An example]
monitoring_rounds:
  - title: Example round
    kind: monitoring
    period_start: 2026-01-01
    period_end: 2026-06-30
    due: +12wd
    state: agreed
    agreed_on: -1wd
    responsible: lead@example.org
    data_requests:
      - {indicator: E1a, partner: jobs, due: +6wd, last_value: 3}
measurements:
  - {indicator: E1a, period_start: 2025-01-01, period_end: 2025-12-31, value: 7}
"""
)


def compared(text: str) -> Diff:
    """Compare a plan text with the database. Raises BadPlan."""
    return plan_diff(parse_bytes(dedent(text).encode(), name="plan.yaml"))


def applied(text: str | Path, *, at: datetime = NOON) -> Diff:
    """Apply a plan text or file. Raises BadPlan."""
    data = text.read_bytes() if isinstance(text, Path) else dedent(text).encode()
    return apply_plan(parse_bytes(data, name="plan.yaml"), at=at)


def exported(code: str = "greenfield", *, with_people: bool = False) -> str:
    """Export a programme."""
    snapshot = load(code)
    memory = remembered(snapshot.programme)
    return export(snapshot, memory, with_people=with_people)


def rows() -> Iterator[tuple[str, ...]]:
    """Yield every row of the domain with its place on disk, which any write changes."""
    for model in apps.get_app_config("rollout").get_models():
        if model._meta.managed:
            with connection.cursor() as cursor:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT ctid, xmin, t::text FROM {table} t")
                yield from ((table, *map(str, row)) for row in cursor.fetchall())
