from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("channels", "0005_blocked_senders")]
    operations = [
        AddIndexConcurrently(
            "inboundmessage",
            models.Index(
                condition=models.Q(("held_at__isnull", False)), fields=["-held_at", "-id"], name="inbound_held"
            ),
        )
    ]
