"""The domain's models, lowest first: each module imports only from those above it.

Outsiders import from this package and never from its modules.
"""

# isort: off
from rollout.models.visibility import READS_ALL, VisibleQuerySet
from rollout.models.likeness import Likeness, Trigrams
from rollout.models.programme import FocusArea, Programme, SubAgreement
from rollout.models.objective import (
    AttendanceSum,
    Direction,
    Indicator,
    Objective,
    Rhythm,
)
from rollout.models.places import Phase, Place, PlaceKind
from rollout.models.people import (
    Language,
    Membership,
    Partner,
    PartnerKind,
    ReminderMode,
    Role,
    User,
)
from rollout.models.calendar import ClosingKind, ClosingPeriod, holidays_in
from rollout.models.initiative import Initiative, Nature
from rollout.models.activity import Activity, ActivityState, ActivityTransition
from rollout.models.readiness import Aspect, Readiness
from rollout.models.condition import Condition, ConditionKind, Effect, Outcome
from rollout.models.milestone import (
    Milestone,
    MilestoneState,
    MilestoneTemplate,
    MilestoneTransition,
)
from rollout.models.monitoring import (
    Answering,
    DataRequest,
    Measurement,
    MeasurementStatus,
    MonitoringRound,
    MonitoringRoundTransition,
    Recurrence,
    RoundKind,
    RoundState,
)
from rollout.models.target import ReportingPeriod, Target, target_for
from rollout.models.closing import LateEntry, MeasurementCorrection, PeriodLock
from rollout.models.evaluation import (
    Conclusion,
    Evaluation,
    EvaluationAddendum,
    Grant,
)
from rollout.models.attendance import Attendance
from rollout.models.contribution import (
    Contribution,
    ContributionDelivery,
    ContributionKind,
)
from rollout.models.importing import ColumnMapping
from rollout.models.clock import StoppedClock
from rollout.models.deadline import (
    REMINDED,
    STATUTORY,
    Deadline,
    DeadlineKind,
    Hold,
    Nudge,
)
from rollout.models.meeting import Meeting, MeetingKind
from rollout.models.lesson import Lesson
from rollout.models.report import Report, ReportKind
from rollout.models.occasion import Occasion, OccasionKind
from rollout.models.token import ApiToken, TokenScope
from rollout.models.plan import AppliedPlan, PlanUpload
from rollout.models.job import Job, JobKind, JobState
from rollout.models.idempotency import KeptAnswer
from rollout.models.saved import SavedView
from rollout.models.setting import SettingArea, SettingChange, Verb
from rollout.models.handover import HandedOver, HandOver, HeldKind
from rollout.models.shift import DateKind, Shift, ShiftedDate
from rollout.models.change import Change
from rollout.models.history import MOVING, HistoryKind, HistoryRecord
# isort: on

__all__ = [
    "MOVING",
    "READS_ALL",
    "REMINDED",
    "STATUTORY",
    "Activity",
    "ActivityState",
    "ActivityTransition",
    "Answering",
    "ApiToken",
    "AppliedPlan",
    "Aspect",
    "Attendance",
    "AttendanceSum",
    "Change",
    "ClosingKind",
    "ClosingPeriod",
    "ColumnMapping",
    "Conclusion",
    "Condition",
    "ConditionKind",
    "Contribution",
    "ContributionDelivery",
    "ContributionKind",
    "DataRequest",
    "DateKind",
    "Deadline",
    "DeadlineKind",
    "Direction",
    "Effect",
    "Evaluation",
    "EvaluationAddendum",
    "FocusArea",
    "Grant",
    "HandOver",
    "HandedOver",
    "HeldKind",
    "HistoryKind",
    "HistoryRecord",
    "Hold",
    "Indicator",
    "Initiative",
    "Job",
    "JobKind",
    "JobState",
    "KeptAnswer",
    "Language",
    "LateEntry",
    "Lesson",
    "Likeness",
    "Measurement",
    "MeasurementCorrection",
    "MeasurementStatus",
    "Meeting",
    "MeetingKind",
    "Membership",
    "Milestone",
    "MilestoneState",
    "MilestoneTemplate",
    "MilestoneTransition",
    "MonitoringRound",
    "MonitoringRoundTransition",
    "Nature",
    "Nudge",
    "Objective",
    "Occasion",
    "OccasionKind",
    "Outcome",
    "Partner",
    "PartnerKind",
    "PeriodLock",
    "Phase",
    "Place",
    "PlaceKind",
    "PlanUpload",
    "Programme",
    "Readiness",
    "Recurrence",
    "ReminderMode",
    "Report",
    "ReportKind",
    "ReportingPeriod",
    "Rhythm",
    "Role",
    "RoundKind",
    "RoundState",
    "SavedView",
    "SettingArea",
    "SettingChange",
    "Shift",
    "ShiftedDate",
    "StoppedClock",
    "SubAgreement",
    "Target",
    "TokenScope",
    "Trigrams",
    "User",
    "Verb",
    "VisibleQuerySet",
    "holidays_in",
    "target_for",
]
