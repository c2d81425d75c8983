from django.db import models


class Timer(models.Model):
    kind = models.TextField()
    key = models.TextField()
    subject = models.TextField()
    due_at = models.DateTimeField(db_index=True)
    payload = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_timer_per_key")]
