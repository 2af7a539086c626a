"""What representations that several addresses show read, in as few queries."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from rollout.models import Activity

#: What an activity's representation reads.
ACTIVITIES = Activity.objects.select_related(
    "programme",
    "initiative__focus_area",
    "place",
    "phase",
    "responsible",
    "responsible_partner",
).prefetch_related("readiness", "contributors")
#: What of that the engine has not read.
_BESIDE = ("initiative__focus_area", "phase", "readiness", "contributors")


def complete(moved: Sequence[Activity]) -> None:
    """Read what their representation lacks of activities that have just moved.

    They are as they were when they moved, whatever has been done to them since.
    """
    prefetch_related_objects(moved, *_BESIDE)
