"""A mail says which request led to it."""

from django.db import migrations, models

import notifications.models.message


class Migration(migrations.Migration):
    dependencies = [("notifications", "0017_what_a_sweep_has_to_look_at")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="request_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default=notifications.models.message.present_request,
                editable=False,
                max_length=32,
            ),
        ),
    ]
