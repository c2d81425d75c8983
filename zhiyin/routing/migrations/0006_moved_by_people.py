from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0005_waiting_customers"), ("people", "__first__")]

    operations = [
        migrations.AddField(
            "workitem",
            "moved_by",
            models.ForeignKey(
                db_index=False, null=True, on_delete=models.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            "decision",
            "queue",
            models.ForeignKey(
                db_index=False, null=True, on_delete=models.PROTECT, related_name="+", to="routing.queue"
            ),
        ),
        migrations.AlterField(
            "decision",
            "how",
            models.TextField(
                choices=[
                    ("push", "Push"),
                    ("plan", "Plan"),
                    ("pull", "Pull"),
                    ("manual", "Manual"),
                    ("returned", "Returned"),
                    ("moved", "Moved"),
                    ("released", "Released"),
                    ("followed", "Followed"),
                    ("overflowed", "Overflowed"),
                ]
            ),
        ),
    ]
