"""What representations that several addresses show read, in as few queries."""

from collections.abc import Sequence

from django.db.models import Prefetch, prefetch_related_objects

from rollout.models import Activity

#: What hangs on an activity, as plain lists: to keep it as the relation itself, Django
#: makes a manager and a query set for each row, a tenth of the time of a list.
_HANGING = (
    Prefetch("readiness", to_attr="shown_readiness"),
    Prefetch("contributors", to_attr="shown_contributors"),
)
#: What an activity's representation reads.
ACTIVITIES = Activity.objects.select_related(
    "programme",
    "initiative__focus_area",
    "place",
    "phase",
    "responsible",
    "responsible_partner",
).prefetch_related(*_HANGING)


def complete(moved: Sequence[Activity]) -> None:
    """Read what their representation lacks of activities that have just moved.

    They are as they were when they moved, whatever has been done to them since.
    """
    prefetch_related_objects(moved, "place", "phase", "responsible_partner", *_HANGING)
