"""Whether keys of a single character do something, person by person."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the choice; until a person makes it, the keys act as before."""

    dependencies = [("rollout", "0035_examples_by_index")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="has_character_keys",
            field=models.BooleanField(
                db_default=True, default=True, verbose_name="/ and ? as shortcuts"
            ),
        ),
    ]
