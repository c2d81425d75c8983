import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_KEEP = """
INSERT INTO assist_answerswitch (category_id, is_answered, changed_at)
SELECT category_id, is_answered, changed_at FROM assist_categoryswitch
"""


class Migration(migrations.Migration):
    """What was set for a category holds on every channel; an endpoint may give vectors."""

    dependencies = [
        ("assist", "0005_moods_learned"),
        ("channels", "0009_call_back_wishes"),
        ("tickets", "0026_region_and_wording"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnswerSwitch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_answered", models.BooleanField()),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.category",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.channel",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("category", "channel"), name="one_switch_a_cell", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.RunSQL(_KEEP, migrations.RunSQL.noop),
        migrations.DeleteModel(name="CategorySwitch"),
        migrations.AddField(
            model_name="automaticanswer",
            name="category",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.category",
            ),
        ),
        migrations.AddField("endpoint", "embedding_model", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField(
            "endpoint",
            "embedding_tokens_a_day",
            models.PositiveIntegerField(db_default=5_000_000, default=5_000_000),
        ),
        migrations.AddField("endpoint", "embedding_failures", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField("endpoint", "embedding_open_until", models.DateTimeField(null=True)),
        migrations.AddField("endpoint", "embedding_error", models.TextField(blank=True, db_default="", default="")),
    ]
