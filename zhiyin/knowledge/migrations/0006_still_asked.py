import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0005_voices_of_questions")]

    operations = [
        migrations.CreateModel(
            name="StillAsked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("voice", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="knowledge.version"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-at", "-id"], name="still_asked_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "voice"), name="still_asked_once_each")
                ],
            },
        )
    ]
