from datetime import datetime, timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.integrations.models import WebhookDelivery

KEPT = timedelta(days=30)


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="integrations.clear_deliveries")
def clear_old_deliveries(timestamp: int) -> None:
    """Every night: deliveries settled more than a month ago."""
    clear_deliveries(before=timezone.now() - KEPT)


def clear_deliveries(*, before: datetime) -> int:
    """Forget deliveries settled before a moment; returns how many."""
    return WebhookDelivery.objects.filter(settled_at__lt=before).delete()[0]
