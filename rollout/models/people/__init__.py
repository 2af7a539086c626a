"""Who takes part: organisations, the people in them, and their roles in a programme."""

from rollout.models.people.membership import Membership, Role
from rollout.models.people.partner import Partner, PartnerKind
from rollout.models.people.user import Language, ReminderMode, User

__all__ = [
    "Language",
    "Membership",
    "Partner",
    "PartnerKind",
    "ReminderMode",
    "Role",
    "User",
]
