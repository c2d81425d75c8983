from django.db import models


class Allowance(models.Model):
    """How much of a limit somebody has used up: until when it is used up in advance."""

    key = models.CharField(max_length=120, primary_key=True)
    used_until = models.DateTimeField()
