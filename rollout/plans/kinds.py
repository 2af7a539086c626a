"""The kinds of entry that a plan file may hold, and what each of their keys means.

The JSON Schema, the documentation, the checks, the comparison, the application and
the export all follow from :data:`KINDS`.
"""

from __future__ import annotations

from rollout.models import (
    Activity,
    Aspect,
    ClosingPeriod,
    Condition,
    DataRequest,
    FocusArea,
    Grant,
    Indicator,
    Initiative,
    Language,
    Measurement,
    Membership,
    Milestone,
    MilestoneTemplate,
    MonitoringRound,
    Objective,
    Partner,
    Phase,
    Place,
    Programme,
    User,
)
from rollout.plans import keys
from rollout.plans.schema import Kind, Spec, fields_of, implied, key
from rollout.plans.values import Choice, Email, Flag, Many, Ref, Whole

#: Version of the format; a file may state it.
FORMAT = 1

_SOURCE = key("source", "Where this is said: a short reference, not a quotation.")
_CODE = key("code", "Short name by which other entries refer to this one.")
_POSITION = implied("position")
_NUMBER = key(
    "number",
    "Which one it is, where several have the same name; 1 if left out.",
    type=Whole(1, 999),
    is_required=False,
)
_RESPONSIBLE = key("responsible", "The person who answers for it.")


def _proposal(meaning: str) -> Spec:
    return key("proposal", meaning, column="is_proposal")


PROGRAMME = Kind(
    "programme",
    "programme",
    Programme,
    "The programme itself. A file that only adds to a programme in the database"
    " gives its code instead: `programme: ishoj-2025-2029`.",
    fields_of(
        Programme,
        _CODE,
        key("name", "The programme's name."),
        key("municipality", "The municipality that takes part."),
        key("decided_on", "When the council decided to take part."),
        key("starts_on", "When the agreement takes effect."),
        key("ends_on", "The last day of the programme."),
        key("ends_on_is_assumed", "True where the agreement names no last day."),
        key("predecessor", "The programme that this one continues."),
        key("description", "What the programme is, in a few sentences."),
        _SOURCE,
    ),
    keys.of("code"),
    programme_path="",
)

PARTNER = Kind(
    "partner",
    "partners",
    Partner,
    "Organisations that take part: departments, schools, housing associations.",
    fields_of(
        Partner,
        _CODE,
        key("name", "The organisation's name."),
        key("kind", "What sort of organisation it is."),
        key("email", "A shared mailbox, where there is one."),
        _SOURCE,
    ),
    keys.of("code"),
)

PLACE = Kind(
    "place",
    "places",
    Place,
    "Where things happen: housing areas, estates, schools, and groups of places.",
    fields_of(
        Place,
        _CODE,
        key("name", "The place's name."),
        key("kind", "What sort of place it is."),
        key("parent", "The place or group that this one is part of."),
        key(
            "requires_readiness",
            "True where nothing may be launched before planning, framework and"
            " parties are ready.",
        ),
        _SOURCE,
        _POSITION,
    ),
    keys.of("code"),
)

PHASE = Kind(
    "phase",
    "phases",
    Phase,
    "Named waves of the rollout: some places in some window of time.",
    fields_of(
        Phase,
        _CODE,
        key("name", "The phase's name."),
        key("starts_on", "Its first day."),
        key("ends_on", "Its last day."),
        key("places", "The places it covers."),
        _POSITION,
    ),
    keys.of("code"),
)

CLOSING_PERIOD = Kind(
    "closing_period",
    "closing_periods",
    ClosingPeriod,
    "When people are away, besides weekends and public holidays.",
    fields_of(
        ClosingPeriod,
        key("name", "What the period is called."),
        _NUMBER,
        key("kind", "`closed`: no working days; `quiet`: work goes on, no reminders."),
        key("starts_on", "Its first day."),
        key("ends_on", "Its last day."),
    ),
    keys.numbered(keys.of("name", "starts_on", form="{name} ({starts_on})")),
    is_numbered=True,
)

PERSON = Kind(
    "person",
    "people",
    Membership,
    "People and their role in the programme. A person is known by the e-mail address.",
    fields_of(
        User,
        key("email", "Address and login name.", type=Email(254), is_required=True),
        key("name", "The person's name."),
        key(
            "language",
            "The language of pages and mail.",
            type=Choice(tuple(Language.values)),
            is_required=False,
        ),
        key("active", "False for a person who has left.", column="is_active"),
    )
    + fields_of(
        Membership,
        key("role", "What the person may do in the programme."),
        key("partner", "The organisation for which the person acts."),
        key(
            "head",
            "True for the organisation's head, to whom long overdue things go.",
            type=Flag(),
            is_required=False,
        ),
    ),
    keys.of("email"),
)

FOCUS_AREA = Kind(
    "focus_area",
    "focus_areas",
    FocusArea,
    "The areas of the agreement (indsatsområder).",
    fields_of(
        FocusArea,
        _CODE,
        key("name", "The area's name."),
        key("departments", "The departments that take part in the area."),
        _SOURCE,
        _POSITION,
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
        _CODE,
        key("text", "The objective in words."),
        key("direction", "Which way its value should go."),
        key("threshold", "With `keep_below`: the value it must stay below; strict."),
        key("aim", "What it asks for besides its number."),
        key("population", "Whom it is about."),
        key("places", "The places that the objective itself names."),
        _SOURCE,
        implied("focus_area"),
        _POSITION,
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
        _CODE,
        key("name", "What is measured."),
        _proposal("True until the parties have agreed to measure in this way."),
        key("unit", "The unit of a value."),
        key("decimals", "How many decimals are shown, 0 to 4.", type=Whole(0, 4)),
        key("direction", "Which way the value should go."),
        key("threshold", "With `keep_below`: the value it must stay below; strict."),
        key("share", "True for a share of something.", column="is_share"),
        key("numerator", "With a share: what is counted."),
        key("denominator", "With a share: of how many."),
        key("population", "Whom it is about."),
        key("age_bands", "Age bands that are measured apart, such as 0-17."),
        key("places", "The places that are measured; empty for all."),
        key("source_of_data", "Where the values come from."),
        key("rhythm", "How often it is measured."),
        key("cumulative", "True where a value adds up.", column="is_cumulative"),
        key("baseline", "The value before the programme."),
        key(
            "baseline_missing_reason", "Why there is no baseline, where there is none."
        ),
        key("delivered_by", "The partner that delivers the value."),
        _SOURCE,
        implied("objective"),
        _POSITION,
    ),
    keys.of("code"),
    programme_path="objective__focus_area__programme",
    parent="objective",
)

INITIATIVE = Kind(
    "initiative",
    "initiatives",
    Initiative,
    "What the sub-agreement describes (indsatser), wherever it is carried out.",
    fields_of(
        Initiative,
        _CODE,
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
        _SOURCE,
        implied("focus_area"),
        _POSITION,
    ),
    keys.of("code"),
    programme_path="focus_area__programme",
    parent="focus_area",
)

ACTIVITY = Kind(
    "activity",
    "activities",
    Activity,
    "The initiative in one place. This is what is planned, clarified and launched.",
    fields_of(
        Activity,
        key("place", "Where it is carried out."),
        key(
            "state", "Where it stands when it first enters the database.", is_once=True
        ),
        _proposal("True while it is suggested and not confirmed by the parties."),
        _RESPONSIBLE,
        key("responsible_partner", "The partner that answers for it."),
        key("contributors", "Partners that contribute."),
        key("phase", "The phase of the rollout in which it is launched."),
        key("running_since", "When it began under an earlier programme."),
        key("planned_launch_on", "When it is to be launched."),
        key(
            "launched_on",
            "When it was launched in this programme; only with the state.",
            is_once=True,
        ),
        key("weight", "How large it is beside others, 1 to 3.", type=Whole(1, 3)),
        key(
            "readiness",
            "What was ready when it first entered the database.",
            type=Many(Choice(tuple(Aspect.values))),
            column="",
            is_once=True,
        ),
        key("note", "What people should know about it."),
        _SOURCE,
        implied("initiative"),
    ),
    keys.of("initiative", "place"),
    parent="initiative",
)

CONDITION = Kind(
    "condition",
    "conditions",
    Condition,
    "Decisions outside the programme's hands on which an activity depends.",
    fields_of(
        Condition,
        _CODE,
        key("title", "What must be decided."),
        key("kind", "What sort of decision it is."),
        key("body", "Who decides."),
        key("expected_on", "When the decision is expected."),
        key("effect", "What it does while it is not met."),
        key("outcome", "How it turned out.", is_once=True),
        key("decided_on", "When it was decided.", is_once=True),
        key("note", "What people should know about it."),
        _SOURCE,
        implied("activity", type=Ref(to="activity")),
    ),
    keys.of("activity", "code"),
    programme_path="activity__programme",
    parent="activity",
)

TEMPLATE = Kind(
    "milestone_template",
    "milestone_templates",
    MilestoneTemplate,
    "Milestones that activities get when their clarification begins.",
    fields_of(
        MilestoneTemplate,
        key("title", "The milestone's title."),
        key("nature", "Only for initiatives of this nature; for all if left out."),
        key("offset_days", "Working days from the planned launch, negative before it."),
        key("before_launch", "True where it must be done before the launch."),
        key("weight", "How much it counts."),
        _POSITION,
    ),
    keys.template,
)

MILESTONE = Kind(
    "milestone",
    "milestones",
    Milestone,
    "What must be reached in an activity, by when.",
    fields_of(
        Milestone,
        key("activity", "The activity, as `initiative/place`.", is_required=True),
        key("title", "What must be reached."),
        _NUMBER,
        key("due", "By when; may be left out.", column="due_on", may_be_relative=True),
        key("before_launch", "True where it must be done before the launch."),
        _RESPONSIBLE,
        key("responsible_partner", "The partner that answers for it."),
        key("weight", "How much it counts."),
        key(
            "after",
            "Milestones that come first: titles in the same activity, or"
            " `initiative/place: title`.",
            column="predecessors",
        ),
        key("evidence_url", "Link to the evidence."),
        key("note", "What people should know about it."),
        key("state", "Where it stands when first entered.", is_once=True),
        key(
            "done_on",
            "When it was done; only with the state.",
            is_once=True,
            may_be_relative=True,
        ),
        _POSITION,
    ),
    keys.numbered(keys.of("activity", "title", form="{activity}: {title}")),
    programme_path="activity__programme",
    is_numbered=True,
)

MONITORING_ROUND = Kind(
    "monitoring_round",
    "monitoring_rounds",
    MonitoringRound,
    "When values are collected and reported, by agreement with LBF.",
    fields_of(
        MonitoringRound,
        key("title", "What the round is called."),
        key("kind", "What is reported."),
        key("period_start", "The first day that the report covers."),
        key("period_end", "The last day that the report covers."),
        key("due", "When it must be handed in.", column="due_on", may_be_relative=True),
        key("recurrence", "How often it comes back."),
        _RESPONSIBLE,
        key("state", "Where it stands when first entered.", is_once=True),
        key(
            "agreed_on",
            "When LBF agreed; only with the state.",
            is_once=True,
            may_be_relative=True,
        ),
    ),
    keys.of(
        "kind", "title", "period_start", form="{kind}: {title} (from {period_start})"
    ),
)

DATA_REQUEST = Kind(
    "data_request",
    "data_requests",
    DataRequest,
    "Values that the round asks of partners.",
    fields_of(
        DataRequest,
        key("indicator", "The indicator."),
        key("place", "The place; left out for all together."),
        key("partner", "The partner that is asked."),
        _RESPONSIBLE,
        key("question", "The question in words."),
        key("due", "By when to answer.", column="due_on", may_be_relative=True),
        key("last_value", "The last value, for comparison."),
        implied("monitoring_round", column="round"),
    ),
    keys.optional(
        "monitoring_round",
        "indicator",
        "place",
        "partner",
        form="{monitoring_round}: {indicator}/{place}/{partner}",
    ),
    programme_path="round__programme",
    parent="monitoring_round",
)

MEASUREMENT = Kind(
    "measurement",
    "measurements",
    Measurement,
    "Values that are known from the start. A value is added, never changed.",
    fields_of(
        Measurement,
        key("indicator", "The indicator."),
        key("place", "The place; left out for all together."),
        key("band", "The age band; left out for all ages."),
        key("period_start", "The first day that the value covers."),
        key("period_end", "The last day that the value covers."),
        key("value", "The value.", is_once=True),
        key("comment", "What one must know to read it.", is_once=True),
        key("evidence_url", "Link to the evidence.", is_once=True),
    ),
    keys.optional(
        "indicator",
        "place",
        "band",
        "period_start",
        "period_end",
        form="{indicator}/{place}/{band} ({period_start} to {period_end})",
    ),
    programme_path="indicator__objective__focus_area__programme",
)

GRANT = Kind(
    "grant",
    "grants",
    Grant,
    "Money from outside that lets activities be widened until it expires.",
    fields_of(
        Grant,
        key("funder", "Who gives it."),
        _NUMBER,
        key("amount", "The amount in DKK."),
        key("starts_on", "From when."),
        key("ends_on", "Until when."),
        key("activities", "The activities it widens, as `initiative/place`."),
        key("note", "What people should know about it."),
    ),
    keys.numbered(keys.of("funder", "starts_on", form="{funder} ({starts_on})")),
    is_numbered=True,
)

ASSIGNMENT = Kind(
    "assignment",
    "assignments",
    Activity,
    "Who answers for activities that stand elsewhere, in the plan or the database.",
    fields_of(
        Activity,
        key(
            "activity",
            "The activity, as `initiative/place`.",
            type=Ref(to="activity"),
            column="",
            is_required=True,
        ),
        _RESPONSIBLE,
        key("responsible_partner", "The partner that answers for it."),
        key("contributors", "Partners that contribute."),
        key("phase", "The phase of the rollout in which it is launched."),
    ),
    keys.of("activity"),
)

#: Every kind in the order in which entries are written to the database.
KINDS: tuple[Kind, ...] = (
    PROGRAMME,
    PARTNER,
    PLACE,
    PHASE,
    CLOSING_PERIOD,
    PERSON,
    FOCUS_AREA,
    OBJECTIVE,
    INDICATOR,
    INITIATIVE,
    ACTIVITY,
    CONDITION,
    TEMPLATE,
    MILESTONE,
    MONITORING_ROUND,
    DATA_REQUEST,
    MEASUREMENT,
    GRANT,
    ASSIGNMENT,
)

BY_NAME = {kind.name: kind for kind in KINDS}

#: What example files may hold: entries that can be marked as example data.
EXAMPLES = (*(kind for kind in KINDS if kind.has_examples), ASSIGNMENT)


def children(kind: Kind) -> tuple[Kind, ...]:
    """Return the kinds whose entries stand inside an entry of this kind."""
    return tuple(child for child in KINDS if child.parent == kind.name)


def top_level() -> tuple[Kind, ...]:
    """Return the kinds that have a section of their own."""
    return tuple(kind for kind in KINDS if not kind.parent and kind is not PROGRAMME)
