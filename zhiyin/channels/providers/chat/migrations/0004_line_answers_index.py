"""Recent answers are found by time, for the estimate of the wait."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("chat", "0003_forms_ratings_pictures")]
    operations = [
        AddIndexConcurrently(
            model_name='line',
            index=models.Index(condition=models.Q(('side', 'agent')), fields=['at'], name='chat_line_answers'),
        ),
    ]
