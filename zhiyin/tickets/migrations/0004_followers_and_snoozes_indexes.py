from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside the writers, not in their way

    dependencies = [("tickets", "0003_followers_and_snoozes")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["snoozed_until", "id"],
                name="ticket_snoozed",
                condition=models.Q(snoozed_until__isnull=False),
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["merged_into"],
                name="ticket_aliases",
                condition=models.Q(merged_into__isnull=False),
            ),
        ),
    ]
