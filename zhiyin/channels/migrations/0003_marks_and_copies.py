import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0002_received_ratings'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='calendar',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='content_key',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='copy_of',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.inboundmessage'),
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='marks',
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
