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
from rollout.services.attainment import Attainment, attainments, with_targets
from rollout.services.attendance import (
    AttendanceValues,
    bands_of,
    change_attendance,
    log_attendance,
    remove_attendance,
    sum_of_log,
)
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
from rollout.services.claims import GrantedRole, follow_claims
from rollout.services.contribution import (
    ContributionValues,
    change_contribution,
    note_delivery,
    promise_contribution,
)
from rollout.services.documents import DOCUMENT_TYPES
from rollout.services.erasing import Erased, erase, is_erased
from rollout.services.evaluation import (
    NO_DRAFT,
    EvaluationValues,
    add_addendum,
    approve_evaluation,
    write_evaluation,
)
from rollout.services.grant import (
    GrantValues,
    add_grant,
    change_grant,
    widen_by_grant,
)
from rollout.services.ground import (
    Invalid,
    Progress,
    check_version,
    require,
    silently,
)
from rollout.services.handover import Held, Leaving, hand_over, held_by, seal_of
from rollout.services.indicator import (
    IndicatorValues,
    add_indicator,
    add_reporting_period,
    change_indicator,
    remove_reporting_period,
    remove_target,
    set_target,
)
from rollout.services.leaving import close_account
from rollout.services.lesson import write_lesson
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
from rollout.services.rounds import (
    RoundValues,
    Tally,
    add_round,
    change_round,
    copy_rounds,
    is_on_time,
    tallies,
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
from rollout.services.values import (
    allow_late_entry,
    approve_measurement,
    attach_evidence,
    check_enterable,
    correct_measurement,
    end_late_entry,
    keep_correction,
    lock_periods,
    return_measurement,
)
from rollout.services.year import YearEntry, keep_in_year, remove_from_year

__all__ = [
    "DOCUMENT_TYPES",
    "HALF_DAYS",
    "NO_DRAFT",
    "OWN_FIELDS",
    "SERVICE_ROLES",
    "ActivityValues",
    "Advance",
    "Assign",
    "Attainment",
    "AttendanceValues",
    "BulkChange",
    "BulkResult",
    "Changed",
    "Confirm",
    "ContributionValues",
    "Erased",
    "EvaluationValues",
    "GrantValues",
    "GrantedRole",
    "Held",
    "IndicatorValues",
    "Invalid",
    "Leaving",
    "MilestoneValues",
    "Outcome",
    "PeriodValues",
    "Progress",
    "PutInPhase",
    "Refusal",
    "RoundValues",
    "ShiftDates",
    "Step",
    "Tally",
    "TemplateValues",
    "YearEntry",
    "add_addendum",
    "add_grant",
    "add_indicator",
    "add_milestone",
    "add_named_milestone",
    "add_period",
    "add_reporting_period",
    "add_round",
    "add_sub_agreement",
    "add_template",
    "allow_late_entry",
    "apply_readiness_to_place",
    "approve_evaluation",
    "approve_measurement",
    "assign_responsible",
    "attach_evidence",
    "attainments",
    "bands_of",
    "change_activity",
    "change_all",
    "change_attendance",
    "change_contribution",
    "change_grant",
    "change_indicator",
    "change_member",
    "change_milestone",
    "change_named",
    "change_named_milestone",
    "change_period",
    "change_profile",
    "change_round",
    "change_template",
    "check_enterable",
    "check_version",
    "close_account",
    "close_service_account",
    "confirm_proposal",
    "copy_rounds",
    "correct_measurement",
    "decide_condition",
    "end_late_entry",
    "end_membership",
    "erase",
    "follow_claims",
    "hand_over",
    "held_by",
    "invite_member",
    "is_erased",
    "is_on_time",
    "issue_token",
    "keep_correction",
    "keep_in_year",
    "lock_periods",
    "log_attendance",
    "looks_after",
    "make_readiness",
    "move_milestone",
    "move_round",
    "note_change",
    "note_delivery",
    "open_responsibilities",
    "open_service_account",
    "perform_all",
    "plan_launch",
    "possible_stand_ins",
    "promise_contribution",
    "put_in_phase",
    "rehearse_change",
    "remove_attendance",
    "remove_from_year",
    "remove_period",
    "remove_reporting_period",
    "remove_target",
    "remove_template",
    "reorder_milestone",
    "require",
    "require_a_manager",
    "return_measurement",
    "revoke_token",
    "save_view",
    "seal_of",
    "set_half_days",
    "set_readiness",
    "set_target",
    "silently",
    "soften_condition",
    "sum_of_log",
    "tallies",
    "widen_by_grant",
    "with_targets",
    "write_evaluation",
    "write_lesson",
]
