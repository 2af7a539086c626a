"""Programmes of any number and size, written by the database itself.

One statement for each table: PostgreSQL counts out the rows, so that a country takes
seconds and ten countries minutes. The triggers that guard history rest meanwhile, as
they do in a restore; every row is one that they would have let through.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED as NONE

from notifications.ladder import ensure_default_ladders
from rollout.models import (
    Activity,
    ActivityTransition,
    Aspect,
    Condition,
    FocusArea,
    Indicator,
    Initiative,
    Measurement,
    Membership,
    Milestone,
    Objective,
    Partner,
    Place,
    Programme,
    Readiness,
    User,
)

#: The day on which every benchmark takes place: a Monday without holidays around it.
TODAY = date(2026, 3, 2)

#: Numbers of one programme. Keys are counted out from the programme's own number.
AREAS = 4
PARTNERS = 10
BANDS = ("", "0-17", "18-25", "26-64", "65+")


@dataclass(frozen=True)
class Tier:
    """How much there is."""

    code: str
    name: str
    programmes: int
    #: In each programme.
    initiatives: int
    places: int
    people: int
    #: For each activity.
    milestones: int
    #: Indicators of a programme, and periods for which each is measured: in every
    #: place, for all and for each of :data:`BANDS`.
    indicators: int = 0
    periods: int = 0

    @property
    def activities(self) -> int:
        """In each programme: every initiative in every place."""
        return self.initiatives * self.places

    def __str__(self) -> str:
        return (
            f"{self.code}: {self.programmes:,} programmes,"
            f" {self.programmes * self.activities:,} activities,"
            f" {self.programmes * self.activities * self.milestones:,} milestones,"
            f" {self.programmes * self.people:,} people"
        )


TIERS = {
    tier.code: tier
    for tier in (
        Tier("S", "Ishøj", 1, 13, 2, 20, 10),
        # 100 indicators × 4 places × 5 bands × 100 periods = 200,000 measurements.
        Tier("ONE", "one very large programme", 1, 250, 4, 50, 10, 100, 100),
        Tier("M", "Denmark", 120, 25, 2, 20, 10),
        Tier("L", "ten thousand programmes", 10_000, 25, 2, 20, 10),
    )
}


def fill(tier: Tier) -> None:
    """Write everything of a tier into an empty, migrated database."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    for model, source, values in (*_tables(tier), *_measured(tier)):
        _insert(model, source, values)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    ensure_default_ladders()


def _tables(
    tier: Tier,
) -> list[tuple[type[models.Model], str, dict[str, str]]]:
    """Return, for each table, what its rows are counted out from and their values."""
    p, i, q = tier.programmes, tier.initiatives, tier.places
    u, m = tier.people, tier.milestones
    programmes = f"generate_series(0, {p - 1}) AS p"
    activities = (
        f"{programmes}, generate_series(0, {i - 1}) AS i,"
        f" generate_series(0, {q - 1}) AS l"
    )
    activity = f"((p * {i} + i) * {q} + l + 1)"
    person = f"p * {u} + (i * {q} + l) % {u} + 1"
    return [
        (
            Programme,
            programmes,
            {
                "id": "p + 1",
                "code": "'programme-' || p",
                "name": "'Helhedsplan ' || p",
                "municipality": "'Kommune ' || p",
                "starts_on": "date '2025-11-01'",
                "ends_on": "date '2029-10-31'",
            },
        ),
        (
            User,
            f"{programmes}, generate_series(0, {u - 1}) AS u",
            {
                "id": f"p * {u} + u + 1",
                "email": f"'p' || (p * {u} + u) || '@example.org'",
                "name": "'Person ' || u || ' i kommune ' || p",
                "password": "'!'",
            },
        ),
        (
            Partner,
            f"{programmes}, generate_series(0, {PARTNERS - 1}) AS n",
            {
                "id": f"p * {PARTNERS} + n + 1",
                "programme": "p + 1",
                "code": "'partner-' || n",
                "name": "'Center ' || n",
                "kind": "'department'",
            },
        ),
        (
            Membership,
            f"{programmes}, generate_series(0, {u - 1}) AS u",
            {
                "id": f"p * {u} + u + 1",
                "user": f"p * {u} + u + 1",
                "programme": "p + 1",
                "role": "CASE u WHEN 0 THEN 'manager' WHEN 1 THEN 'coordinator'"
                " WHEN 2 THEN 'observer' ELSE 'partner' END",
                "partner": "CASE WHEN u > 2 THEN"
                f" p * {PARTNERS} + u % {PARTNERS} + 1 END",
            },
        ),
        (
            FocusArea,
            f"{programmes}, generate_series(0, {AREAS - 1}) AS a",
            {
                "id": f"p * {AREAS} + a + 1",
                "programme": "p + 1",
                "code": "'area-' || a",
                "name": "'Indsatsområde ' || a",
                "position": "a",
            },
        ),
        (
            Place,
            f"{programmes}, generate_series(0, {q - 1}) AS l",
            {
                "id": f"p * {q} + l + 1",
                "programme": "p + 1",
                "code": "'place-' || l",
                "name": "'Boligområde ' || l",
                "kind": "'housing_area'",
                "requires_readiness": "l > 0",
                "position": "l",
            },
        ),
        (
            Initiative,
            f"{programmes}, generate_series(0, {i - 1}) AS i",
            {
                "id": f"p * {i} + i + 1",
                "focus_area": f"p * {AREAS} + i % {AREAS} + 1",
                "code": "'initiative-' || i",
                "name": "'Indsats ' || i",
                "nature": "'new'",
                "position": "i",
            },
        ),
        (
            Activity,
            activities,
            {
                "id": activity,
                "initiative": f"p * {i} + i + 1",
                "place": f"p * {q} + l + 1",
                "programme": "p + 1",
                "state": "(ARRAY['planned', 'in_clarification', 'launched'])"
                f"[{activity} % 3 + 1]",
                "responsible": f"CASE WHEN {activity} % 20 > 0 THEN {person} END",
                "responsible_partner": f"p * {PARTNERS} + i % {PARTNERS} + 1",
                "launched_on": f"CASE WHEN {activity} % 3 = 2"
                " THEN date '2025-11-01' END",
                "planned_launch_on": "date '2026-06-01' + i",
                "created_at": "timestamptz '2025-11-01 08:00+01'",
            },
        ),
        (
            # What runs has begun at some time; nudges count from there.
            ActivityTransition,
            f"{activities} WHERE mod({activity}, 3) > 0",
            {
                "id": activity,
                "activity": activity,
                "sequence": "1",
                "transition": "'adopt'",
                "source": "'planned'",
                "target": f"(ARRAY['in_clarification', 'launched'])[{activity} % 3]",
                "by": person,
                "at": "timestamptz '2026-02-02 08:00+01'",
                "reason": "'Fra planen'",
                "version": "1",
                "overridden": "'{}'",
            },
        ),
        (
            Readiness,
            f"{activities}, generate_series(0, {len(Aspect) - 1}) AS a",
            {
                "id": f"({activity} - 1) * {len(Aspect)} + a + 1",
                "activity": activity,
                "aspect": f"(ARRAY{[str(one.value) for one in Aspect]})[a + 1]",
                "is_met": f"({activity} + a) % 2 = 0",
                "on": f"CASE WHEN ({activity} + a) % 2 = 0 THEN date '2026-01-15' END",
            },
        ),
        (
            Condition,
            activities,
            {
                "id": activity,
                "activity": activity,
                "code": "'decision'",
                "kind": "'budget_decision'",
                "title": "'Budgettet'",
                "body": "'Byrådet'",
                "expected_on": "date '2026-09-30'",
                "outcome": f"CASE WHEN {activity} % 5 = 0"
                " THEN 'awaiting' ELSE 'met' END",
                "decided_on": f"CASE WHEN {activity} % 5 > 0"
                " THEN date '2026-01-20' END",
            },
        ),
        (
            Milestone,
            f"{activities}, generate_series(0, {m - 1}) AS m",
            {
                "id": f"({activity} - 1) * {m} + m + 1",
                "activity": activity,
                "title": "'Milepæl ' || m",
                # Spread over the whole programme, a few of them behind us.
                "due_on": f"date '2026-02-02' + ({activity} * {m} + m) * 7 % 1300",
                "responsible": f"CASE WHEN m % 2 = 0 THEN {person} END",
                "before_launch": "m < 3",
                "position": "m",
                "state": "CASE WHEN m % 5 = 0 THEN 'done' ELSE 'open' END",
                "done_on": "CASE WHEN m % 5 = 0 THEN date '2026-02-20' END",
            },
        ),
    ]


def _measured(
    tier: Tier,
) -> list[tuple[type[models.Model], str, dict[str, str]]]:
    """Return the same for objectives, their indicators and every value of these."""
    p, n, t, q = tier.programmes, tier.indicators, tier.periods, tier.places
    b = len(BANDS)
    if not n:
        return []
    indicators = f"generate_series(0, {p - 1}) AS p, generate_series(0, {n - 1}) AS n"
    values = (
        f"{indicators}, generate_series(0, {q - 1}) AS l,"
        f" generate_series(0, {b - 1}) AS b, generate_series(0, {t - 1}) AS t"
    )
    common = {"direction": "'increase'", "position": "n"}
    return [
        (
            Objective,
            indicators,
            {
                **common,
                "id": f"p * {n} + n + 1",
                "focus_area": f"p * {AREAS} + n % {AREAS} + 1",
                "code": "'objective-' || n",
                "text": "'Delmål ' || n",
            },
        ),
        (
            Indicator,
            indicators,
            {
                **common,
                "id": f"p * {n} + n + 1",
                "objective": f"p * {n} + n + 1",
                "code": "'indicator-' || n",
                "name": "'Indikator ' || n",
                "unit": "'unge'",
                "baseline": "20",
                "rhythm": "'monthly'",
            },
        ),
        (
            Measurement,
            values,
            {
                "id": f"((((p * {n} + n) * {q} + l) * {b} + b) * {t}) + t + 1",
                "indicator": f"p * {n} + n + 1",
                "place": f"p * {q} + l + 1",
                "band": f"(ARRAY{list(BANDS)})[b + 1]",
                "period_start": "(date '2017-11-01' + t * interval '1 month')::date",
                "period_end": "(date '2017-12-01' + t * interval '1 month')::date - 1",
                "value": "10 + (n * 7 + l * 3 + b + t) % 40",
                "status": "'approved'",
                "approved_at": "timestamptz '2026-02-20 08:00+01'",
            },
        ),
    ]


def _insert(model: type[models.Model], source: str, values: dict[str, str]) -> None:
    """Insert a row for each that ``source`` counts out.

    Fields without a value get the model's own default, so that a new field of the
    product needs nothing here.
    """
    columns, expressions, literals = [], [], []
    for field in model._meta.concrete_fields:
        if field.name in values:
            expressions.append(values[field.name].replace("%", "%%"))
        elif field.name == "id" or field.generated or field.db_default is not NONE:
            continue
        else:
            expressions.append("%s")
            literals.append(_default(field))
        columns.append(connection.ops.quote_name(str(field.column)))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {', '.join(expressions)} FROM {source}",
            literals,
        )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM " + table,
            [model._meta.db_table],
        )


def _default(field: models.Field[Any, Any]) -> Any:
    value = None if field.null and not field.has_default() else field.get_default()
    return field.get_db_prep_save(value, connection)
