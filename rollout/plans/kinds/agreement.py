"""What the sub-agreements say: areas, objectives, indicators, initiatives."""

from __future__ import annotations

from rollout.models import (
    FocusArea,
    Indicator,
    Initiative,
    Objective,
    Target,
)
from rollout.plans import keys
from rollout.plans.kinds.shared import CODE, POSITION, SOURCE, proposal
from rollout.plans.schema import Kind, fields_of, implied, key
from rollout.plans.values import Ref, Whole

FOCUS_AREA = Kind(
    "focus_area",
    "focus_areas",
    FocusArea,
    "The areas of the agreement (indsatsområder).",
    fields_of(
        FocusArea,
        CODE,
        key("name", "The area's name."),
        key("departments", "The departments that take part in the area."),
        SOURCE,
        POSITION,
    ),
    keys.of("code"),
)


OBJECTIVE = Kind(
    "objective",
    "objectives",
    Objective,
    "Objectives (delmål) set by LBF.",
    fields_of(
        Objective,
        CODE,
        key("text", "The objective in words."),
        key("direction", "Which way its value should go."),
        key("threshold", "With `keep_below`: the value it must stay below; strict."),
        key("aim", "What it asks for besides its number."),
        key("population", "Whom it is about."),
        key("places", "The places that the objective itself names."),
        SOURCE,
        implied("focus_area"),
        POSITION,
    ),
    keys.of("code"),
    programme_path="focus_area__programme",
    parent="focus_area",
)


INDICATOR = Kind(
    "indicator",
    "indicators",
    Indicator,
    "How an objective is measured; one objective has one or more.",
    fields_of(
        Indicator,
        CODE,
        key("name", "What is measured."),
        proposal("True until the parties have agreed to measure in this way."),
        key("unit", "The unit of a value."),
        key("decimals", "How many decimals are shown, 0 to 4.", type=Whole(0, 4)),
        key("direction", "Which way the value should go."),
        key("threshold", "With `keep_below`: the value it must stay below; strict."),
        key("share", "True for a share of something.", column="is_share"),
        key("numerator", "With a share: what is counted."),
        key("denominator", "With a share: of how many."),
        key("population", "Whom it is about."),
        key("age_bands", "Age bands that are measured apart, such as 0-17."),
        key("groups", "Other groups that part the same total, such as girls and boys."),
        key("places", "The places that are measured; empty for all."),
        key("source_of_data", "Where the values come from."),
        key("rhythm", "How often it is measured."),
        key("cumulative", "True where a value adds up.", column="is_cumulative"),
        key("baseline", "The value before the programme."),
        key(
            "baseline_missing_reason", "Why there is no baseline, where there is none."
        ),
        key("delivered_by", "The partner that delivers the value."),
        key("attendance_of", "The initiative whose attendance log gives the values."),
        key("attendance_sum", "What of that log is added up."),
        SOURCE,
        implied("objective"),
        POSITION,
    ),
    keys.of("code"),
    programme_path="objective__focus_area__programme",
    parent="objective",
)


TARGET = Kind(
    "target",
    "targets",
    Target,
    "What the indicator is to reach in a period.",
    fields_of(
        Target,
        key("place", "The place; left out for all together."),
        key("period_start", "The first day of the period."),
        key("period_end", "The last day of the period."),
        key("value", "The value to be reached."),
        key("note", "Where the target comes from, or what one must know of it."),
        implied("indicator"),
    ),
    keys.optional(
        "indicator",
        "place",
        "period_start",
        "period_end",
        form="{indicator}/{place} ({period_start} to {period_end})",
    ),
    programme_path="indicator__objective__focus_area__programme",
    parent="indicator",
)


INITIATIVE = Kind(
    "initiative",
    "initiatives",
    Initiative,
    "What the sub-agreement describes (indsatser), wherever it is carried out.",
    fields_of(
        Initiative,
        CODE,
        key("name", "The initiative's name."),
        key("nature", "How it relates to what ran before."),
        key("parent", "The initiative that this one is part of."),
        key(
            "continues",
            "The initiative of an earlier programme that this one carries on.",
            type=Ref(to="earlier initiative"),
        ),
        key("partners", "The partners that the agreement names for it."),
        key("description", "What it is, in a few sentences."),
        SOURCE,
        implied("focus_area"),
        POSITION,
    ),
    keys.of("code"),
    programme_path="focus_area__programme",
    parent="focus_area",
)
