"""Some people may read aggregates of every programme; who they are stands on them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rollout", "0028_who_changed_what"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_national_observer",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="national observer"
            ),
        ),
    ]
