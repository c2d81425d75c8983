"""When the next promise on a ticket falls due."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("tickets", "0019_ticket_priority")]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='deadline_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='view',
            name='sort',
            field=models.TextField(choices=[('newest', 'newest'), ('oldest', 'oldest'), ('waiting', 'waiting'), ('deadline', 'deadline'), ('created', 'created'), ('updated', 'updated'), ('priority', 'priority')], default='newest'),
        ),
    ]
