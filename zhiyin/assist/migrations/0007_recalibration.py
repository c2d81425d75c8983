from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assist", "0006_answer_switches_and_vectors")]

    operations = [
        migrations.AddField(
            model_name="automaticanswer",
            name="fit",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="automaticanswer",
            name="uncorrected",
            field=models.FloatField(null=True),
        ),
        migrations.CreateModel(
            name="Recalibration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("scalings", models.JSONField()),
                ("report", models.JSONField()),
                ("outcomes", models.PositiveIntegerField()),
                ("right", models.PositiveIntegerField()),
                ("fitted_at", models.DateTimeField()),
                ("active", models.BooleanField(default=False)),
                ("activated_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("active", True)), fields=("active",), name="one_active_recalibration"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("right__lte", models.F("outcomes"))), name="recalibration_right_of_all"
                    ),
                ],
            },
        ),
    ]
