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
from notifications.models.reminder import Reminder, ReminderState, WhyRecipient
from notifications.models.pulse import Breaker, Heartbeat
# isort: on

__all__ = [
    "Audience",
    "Breaker",
    "Calendar",
    "CalendarDay",
    "DayOff",
    "Heartbeat",
    "Ladder",
    "LadderStep",
    "Message",
    "MessageKind",
    "MessageState",
    "Reminder",
    "ReminderState",
    "SuppressedAddress",
    "WhyRecipient",
]
