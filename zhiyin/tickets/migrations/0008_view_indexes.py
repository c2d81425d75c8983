"""Orders and conditions of views: by creation, change and solution."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # built beside the running centre

    dependencies = [('tickets', '0007_views')]

    operations = [
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(fields=['-created_at', '-id'], name='ticket_created'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ['new', 'open', 'pending', 'on_hold'])), fields=['-updated_at', '-id'], name='ticket_active_updated'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('solved_at__isnull', False)), fields=['-solved_at'], name='ticket_solved'),
        ),
    ]
