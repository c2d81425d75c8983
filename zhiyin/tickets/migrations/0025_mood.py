"""How the customer last sounded."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("tickets", "0024_knowledge_uses")]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='mood',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('mood__in', ['', 'angry', 'anxious', 'neutral', 'pleased'])), name='ticket_mood_known'),
        ),
    ]
