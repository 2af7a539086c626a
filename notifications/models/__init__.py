"""What the reaction stores: working days, ladders, reminders, messages, signs of life.

Outsiders import from this package and never from its modules.
"""

# isort: off
from notifications.models.calendar import Calendar, CalendarDay, DayOff
from notifications.models.ladder import Audience, Ladder, LadderStep
from notifications.models.message import (
    Message,
    MessageKind,
    MessageState,
    SuppressedAddress,
)
from notifications.models.links import (
    ActionLink,
    Answer,
    Choice,
    LinkUse,
    Purpose,
    Use,
)
from notifications.models.reminder import (
    IN_DIGEST,
    Reminder,
    ReminderState,
    WhyRecipient,
)
from notifications.models.pulse import Breaker, Heartbeat
from notifications.models.feed import CalendarEvent, CalendarFeed, FeedScope
# isort: on

__all__ = [
    "IN_DIGEST",
    "ActionLink",
    "Answer",
    "Audience",
    "Breaker",
    "Calendar",
    "CalendarDay",
    "CalendarEvent",
    "CalendarFeed",
    "Choice",
    "DayOff",
    "FeedScope",
    "Heartbeat",
    "Ladder",
    "LadderStep",
    "LinkUse",
    "Message",
    "MessageKind",
    "MessageState",
    "Purpose",
    "Reminder",
    "ReminderState",
    "SuppressedAddress",
    "Use",
    "WhyRecipient",
]
