"""Lists by type, by custom status, and by what a field holds."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index is built beside the writers, not in their way

    dependencies = [("tickets", "0011_ticket_fields")]
    operations = [
        AddIndexConcurrently(
            model_name='ticket',
            index=django.contrib.postgres.indexes.GinIndex(fields=['fields'], name='ticket_fields', opclasses=['jsonb_path_ops']),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('type__isnull', False)), fields=['type', '-last_message_at', '-id'], name='ticket_type'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('custom_status__isnull', False)), fields=['custom_status', '-last_message_at', '-id'], name='ticket_custom_status'),
        ),
    ]
