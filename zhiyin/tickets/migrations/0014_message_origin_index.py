from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside the writers, not in their way

    dependencies = [("tickets", "0013_relations_checklists_times")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["origin"], name="message_origin", condition=models.Q(origin__isnull=False)
            ),
        ),
    ]
