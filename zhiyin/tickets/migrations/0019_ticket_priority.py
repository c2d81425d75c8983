from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index of a busy table is made beside its work

    dependencies = [
        ('tickets', '0018_bulk_changes'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('priority', 2), _negated=True), fields=['priority', '-last_message_at', '-id'], name='ticket_priority'),
        ),
    ]
