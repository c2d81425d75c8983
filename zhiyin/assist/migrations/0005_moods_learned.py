import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assist", "0004_keywords_dialogues"), ("files", "0003_owners")]

    operations = [
        migrations.AddField(
            model_name="reading",
            name="mood_version",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.CreateModel(
            name="MoodVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("threshold", models.FloatField()),
                ("report", models.JSONField()),
                ("corrections", models.PositiveIntegerField()),
                ("accepted", models.PositiveIntegerField()),
                ("trained_at", models.DateTimeField()),
                ("active", models.BooleanField(default=False)),
                ("activated_at", models.DateTimeField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("active", True)),
                        fields=("active",),
                        name="one_active_mood_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("threshold__gte", 0), ("threshold__lte", 1)),
                        name="mood_threshold_is_a_share",
                    ),
                ],
            },
        ),
    ]
