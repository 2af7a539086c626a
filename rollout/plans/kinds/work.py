"""What is carried out where: activities, what they wait for, and milestones."""

from __future__ import annotations

from rollout.models import (
    Activity,
    Aspect,
    Condition,
    Milestone,
    MilestoneTemplate,
)
from rollout.plans import keys
from rollout.plans.kinds.shared import (
    CODE,
    NUMBER,
    POSITION,
    RESPONSIBLE,
    SOURCE,
    proposal,
)
from rollout.plans.schema import Kind, fields_of, implied, key
from rollout.plans.values import Choice, Many, Ref, Whole

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
        proposal("True while it is suggested and not confirmed by the parties."),
        RESPONSIBLE,
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
        SOURCE,
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
        CODE,
        key("title", "What must be decided."),
        key("kind", "What sort of decision it is."),
        key("body", "Who decides."),
        key("expected_on", "When the decision is expected."),
        key("effect", "What it does while it is not met."),
        key("outcome", "How it turned out.", is_once=True),
        key("decided_on", "When it was decided.", is_once=True),
        key("note", "What people should know about it."),
        SOURCE,
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
        POSITION,
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
        NUMBER,
        key("due", "By when; may be left out.", column="due_on", may_be_relative=True),
        key("before_launch", "True where it must be done before the launch."),
        RESPONSIBLE,
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
        POSITION,
    ),
    keys.numbered(keys.of("activity", "title", form="{activity}: {title}")),
    programme_path="activity__programme",
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
        RESPONSIBLE,
        key("responsible_partner", "The partner that answers for it."),
        key("contributors", "Partners that contribute."),
        key("phase", "The phase of the rollout in which it is launched."),
    ),
    keys.of("activity"),
)
