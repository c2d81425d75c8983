"""Lists in the order of deadlines."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside the writers, not in their way

    dependencies = [("tickets", "0020_deadlines")]
    operations = [
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('deadline_at__isnull', False)), fields=['deadline_at', 'id'], name='ticket_deadline'),
        ),
    ]
