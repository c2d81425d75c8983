"""What is old enough to go."""

from __future__ import annotations

from datetime import datetime

from zhiyin.assist.models import Training, Use


def clear_old_uses(*, before: datetime) -> int:
    """Uses and trainings older than that; how many uses."""
    Training.objects.filter(asked_at__lt=before).delete()
    return Use.objects.filter(at__lt=before).delete()[0]
