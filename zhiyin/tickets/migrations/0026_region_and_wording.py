"""Cases carry language and region of their own, and answers are looked at for words that offend."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0025_mood"),
        ("customers", "0003_region"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="own_language",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="ticket",
            name="own_region",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.CreateModel(
            name="WordingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField(blank=True)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("promise", "Promise"),
                            ("insult", "Insult"),
                            ("blame", "Blame"),
                            ("private_channel", "Private Channel"),
                            ("advertising", "Advertising"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("name_zh", models.TextField()),
                ("name_en", models.TextField()),
                ("regions", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ("words", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("exceptions", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ("why_zh", models.TextField(blank=True)),
                ("why_en", models.TextField(blank=True)),
                ("better_zh", models.TextField(blank=True)),
                ("better_en", models.TextField(blank=True)),
                ("action", models.TextField(choices=[("hint", "Hint"), ("warn", "Warn"), ("block", "Block")], default="warn")),
                ("active", models.BooleanField(default=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("key", ""), _negated=True), fields=("key",), name="wording_rule_ships_once"),
                    models.CheckConstraint(condition=models.Q(("words__len__gte", 1)), name="wording_rule_has_words"),
                    models.CheckConstraint(condition=models.Q(("action__in", ["hint", "warn", "block"])), name="wording_rule_action_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WordingNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.TextField(choices=[("hint", "Hint"), ("warn", "Warn"), ("block", "Block")])),
                ("word", models.TextField()),
                ("region", models.TextField(blank=True)),
                ("outcome", models.TextField(choices=[("sent", "Sent"), ("refused", "Refused")])),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.message"),
                ),
                (
                    "rule",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tickets.wordingrule"),
                ),
                (
                    "ticket",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="wording_note_recent"),
                    models.Index(fields=["message"], name="wording_note_message"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("message", None), ("outcome", "refused")),
                            models.Q(("message__isnull", False), ("outcome", "sent")),
                            _connector="OR",
                        ),
                        name="what_left_has_its_message",
                    )
                ],
            },
        ),
    ]
