"""Lets the default ladders be made anew where nobody has changed them.

What is missing is made after every migration, as :mod:`notifications.ladder` says.
"""

from django.db import migrations

#: The steps of the first defaults: offset and interval.
FORMER = {
    "": {(-20, None), (-5, None), (0, None), (5, 5)},
    "accounts": {
        *((-60, None), (-30, None), (-14, None), (-5, None)),
        *((0, None), (5, 5)),
    },
    "condition": {(-5, None), (1, None), (10, 10)},
}


def drop_untouched(apps, schema_editor):
    """Remove the default ladders that still are as they were first made."""
    ladders = apps.get_model("notifications", "Ladder").objects.filter(programme=None)
    for kind, steps in FORMER.items():
        for ladder in ladders.filter(kind=kind):
            found = ladder.steps.values_list(
                "offset_days", "repeat_every", "until", "audience"
            )
            if set(found) == {(*step, None, "responsible") for step in steps}:
                ladder.delete()


class Migration(migrations.Migration):
    """Drop untouched default ladders; they come back with steps to others."""

    dependencies = [("notifications", "0011_escalation")]

    operations = [
        migrations.RunPython(drop_untouched, migrations.RunPython.noop),
    ]
