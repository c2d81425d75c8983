from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("routing", "0004_plans_and_simulations")]

    operations = [
        migrations.AddField("queue", "offers_call_back", models.BooleanField(default=False)),
        migrations.AddField("queue", "call_back_minutes", models.PositiveIntegerField(default=0)),
        migrations.AddField("queue", "closed_zh", models.TextField(blank=True, default="")),
        migrations.AddField("queue", "closed_en", models.TextField(blank=True, default="")),
        migrations.AddField("workitem", "call_back_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "workitem",
            models.Index(
                fields=["queue", "kind", "accepted_at"],
                name="work_accepted",
                condition=Q(accepted_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "workitem",
            models.Index(
                fields=["queue", "kind", "ended_at"], name="work_ended", condition=Q(ended_at__isnull=False)
            ),
        ),
    ]
