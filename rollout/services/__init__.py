"""What people do besides advancing things: one function for each verb.

Every function takes who (``by``) and when (``at``), checks permission, and raises
:class:`workflows.engine.NotAllowed` when the person may not. Outsiders import from this
package and never from its modules; shifts are a package of their own with many names,
:mod:`rollout.services.shifting`.
"""

from rollout.services.activity import (
    ActivityValues,
    assign_responsible,
    change_activity,
    change_named,
    confirm_proposal,
    plan_launch,
    put_in_phase,
)
from rollout.services.agreement import add_sub_agreement
from rollout.services.bulk import (
    Advance,
    Assign,
    BulkChange,
    BulkResult,
    Changed,
    Confirm,
    PutInPhase,
    Refusal,
    ShiftDates,
    change_all,
    rehearse_change,
)
from rollout.services.calendar import (
    HALF_DAYS,
    PeriodValues,
    add_period,
    change_period,
    remove_period,
    set_half_days,
)
from rollout.services.documents import DOCUMENT_TYPES
from rollout.services.evaluation import (
    approve_evaluation,
    approve_measurement,
    write_evaluation,
)
from rollout.services.ground import (
    Invalid,
    Progress,
    check_version,
    require,
    silently,
)
from rollout.services.handover import Held, Leaving, hand_over, held_by, seal_of
from rollout.services.member import (
    change_member,
    end_membership,
    invite_member,
    open_responsibilities,
    require_a_manager,
)
from rollout.services.milestone import (
    MilestoneValues,
    add_milestone,
    add_named_milestone,
    change_milestone,
    change_named_milestone,
    reorder_milestone,
)
from rollout.services.moving import move_milestone, move_round
from rollout.services.profile import OWN_FIELDS, change_profile, possible_stand_ins
from rollout.services.readiness import (
    apply_readiness_to_place,
    decide_condition,
    make_readiness,
    set_readiness,
    soften_condition,
)
from rollout.services.saved import save_view
from rollout.services.service_account import (
    SERVICE_ROLES,
    close_service_account,
    looks_after,
    open_service_account,
)
from rollout.services.setting import note_change
from rollout.services.steps import Outcome, Step, perform_all
from rollout.services.template import (
    TemplateValues,
    add_template,
    change_template,
    remove_template,
)
from rollout.services.token import issue_token, revoke_token
from rollout.services.year import YearEntry, keep_in_year, remove_from_year

__all__ = [
    "DOCUMENT_TYPES",
    "HALF_DAYS",
    "OWN_FIELDS",
    "SERVICE_ROLES",
    "ActivityValues",
    "Advance",
    "Assign",
    "BulkChange",
    "BulkResult",
    "Changed",
    "Confirm",
    "Held",
    "Invalid",
    "Leaving",
    "MilestoneValues",
    "Outcome",
    "PeriodValues",
    "Progress",
    "PutInPhase",
    "Refusal",
    "ShiftDates",
    "Step",
    "TemplateValues",
    "YearEntry",
    "add_milestone",
    "add_named_milestone",
    "add_period",
    "add_sub_agreement",
    "add_template",
    "apply_readiness_to_place",
    "approve_evaluation",
    "approve_measurement",
    "assign_responsible",
    "change_activity",
    "change_all",
    "change_member",
    "change_milestone",
    "change_named",
    "change_named_milestone",
    "change_period",
    "change_profile",
    "change_template",
    "check_version",
    "close_service_account",
    "confirm_proposal",
    "decide_condition",
    "end_membership",
    "hand_over",
    "held_by",
    "invite_member",
    "issue_token",
    "keep_in_year",
    "looks_after",
    "make_readiness",
    "move_milestone",
    "move_round",
    "note_change",
    "open_responsibilities",
    "open_service_account",
    "perform_all",
    "plan_launch",
    "possible_stand_ins",
    "put_in_phase",
    "rehearse_change",
    "remove_from_year",
    "remove_period",
    "remove_template",
    "reorder_milestone",
    "require",
    "require_a_manager",
    "revoke_token",
    "save_view",
    "seal_of",
    "set_half_days",
    "set_readiness",
    "silently",
    "soften_condition",
    "write_evaluation",
]
