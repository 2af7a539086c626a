"""What the reaction stores: working days, ladders, reminders, messages, signs of life.

Outsiders import from this package and never from its modules.
"""

# isort: off
from notifications.models.calendar import Calendar, CalendarDay, DayOff
from notifications.models.ladder import Audience, Ladder, LadderStep
from notifications.models.message import (
    REGULAR,
    Message,
    MessageKind,
    MessageState,
)
from notifications.models.bounce import Bounce, Returned, SuppressedAddress
from notifications.models.links import (
    ActionLink,
    Answer,
    Choice,
    LinkUse,
    Purpose,
    Use,
)
from notifications.models.reminder import (
    LedgerState,
    PutOff,
    Reminder,
    ReminderState,
    WhyRecipient,
)
from notifications.models.responsibility import Duty, Responsibility
from notifications.models.edition import WEEKLY, Edition
from notifications.models.pulse import Breaker, Heartbeat, SendingHold
from notifications.models.sweep import Sweep, Touched
from notifications.models.feed import CalendarEvent, CalendarFeed, FeedScope
from notifications.models.webhook import (
    Delivery,
    DeliveryState,
    OffReason,
    Webhook,
)
# isort: on

__all__ = [
    "REGULAR",
    "WEEKLY",
    "ActionLink",
    "Answer",
    "Audience",
    "Bounce",
    "Breaker",
    "Calendar",
    "CalendarDay",
    "CalendarEvent",
    "CalendarFeed",
    "Choice",
    "DayOff",
    "Delivery",
    "DeliveryState",
    "Duty",
    "Edition",
    "FeedScope",
    "Heartbeat",
    "Ladder",
    "LadderStep",
    "LedgerState",
    "LinkUse",
    "Message",
    "MessageKind",
    "MessageState",
    "OffReason",
    "Purpose",
    "PutOff",
    "Reminder",
    "ReminderState",
    "Responsibility",
    "Returned",
    "SendingHold",
    "SuppressedAddress",
    "Sweep",
    "Touched",
    "Use",
    "Webhook",
    "WhyRecipient",
]
