import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Skills have a kind, and people have them to a level. Who has one already has it to the middle level."""

    dependencies = [("people", "0004_presence")]

    operations = [
        migrations.AddField(
            model_name="skill",
            name="kind",
            field=models.TextField(
                choices=[
                    ("language", "Language"),
                    ("dialect", "Dialect"),
                    ("product", "Product"),
                    ("channel", "Channel"),
                    ("free", "Free"),
                ],
                default="free",
            ),
        ),
        # the rows that say who has what are there already: the table stays, and becomes a model
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="StaffSkill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="held",
                                to="people.skill",
                            ),
                        ),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={"db_table": "people_skill_holders", "unique_together": {("skill", "staff")}},
                ),
                migrations.AlterField(
                    model_name="skill",
                    name="holders",
                    field=models.ManyToManyField(
                        related_name="skills", through="people.StaffSkill", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="staffskill", name="level", field=models.PositiveSmallIntegerField(default=3)
        ),
        migrations.AddConstraint(
            model_name="staffskill",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 5)), name="skill_level_is_a_level"
            ),
        ),
    ]
