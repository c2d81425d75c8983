"""When the next promise on a ticket falls due."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("tickets", "0018_bulk_changes")]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='deadline_at',
            field=models.DateTimeField(null=True),
        ),
    ]
