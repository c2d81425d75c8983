import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables are large where Zhiyin has run for long; nobody waits while these are built."""

    atomic = False

    dependencies = [
        ('channels', '0003_marks_and_copies'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(django.db.models.functions.text.Lower('recipient'), models.F('created_at'), name='delivery_recipient'),
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('content_key', ''), _negated=True), fields=['content_key', 'received_at'], name='inbound_content'),
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('copy_of__isnull', False)), fields=['copy_of'], name='inbound_copies'),
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(django.db.models.functions.text.Lower('sender_value'), models.F('received_at'), name='inbound_sender'),
        ),
    ]
