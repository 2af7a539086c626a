"""What representations that several addresses show read, in as few queries."""

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
