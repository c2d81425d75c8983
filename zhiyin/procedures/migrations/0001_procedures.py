import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import zhiyin.platform.crypto.fields

_GONE, _KEPT, _LOOSE = (
    django.db.models.deletion.CASCADE,
    django.db.models.deletion.PROTECT,
    django.db.models.deletion.SET_NULL,
)


def _id():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def _key(to, on_delete, *, null=False, related_name="+"):
    return models.ForeignKey(null=null, on_delete=on_delete, related_name=related_name, to=to)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0003_skills"),
        ("tickets", "0018_bulk_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Definition",
            fields=[
                _id(),
                ("key", models.TextField(unique=True)),
                ("name_zh", models.TextField()),
                ("name_en", models.TextField()),
                ("about_zh", models.TextField(blank=True)),
                ("about_en", models.TextField(blank=True)),
                ("starts", models.JSONField(default=dict)),
                ("active", models.BooleanField(default=True)),
                ("latest", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(key__regex=r"^[a-z][a-z0-9_]{0,49}$"), name="procedure_key_plain"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="OutsideSystem",
            fields=[
                _id(),
                ("key", models.TextField(unique=True)),
                ("name_zh", models.TextField()),
                ("name_en", models.TextField()),
                ("url", models.TextField(blank=True)),
                ("secret", zhiyin.platform.crypto.fields.EncryptedTextField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(key__regex=r"^[a-z][a-z0-9_]{0,49}$"), name="outside_system_key_plain"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                _id(),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("published_at", models.DateTimeField()),
                ("definition", _key("procedures.definition", _GONE, related_name="versions")),
                ("published_by", _key(settings.AUTH_USER_MODEL, _KEPT, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["definition", "number"], name="procedure_version_numbered_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                _id(),
                (
                    "state",
                    models.TextField(
                        choices=[("running", "Running"), ("ended", "Ended"), ("cancelled", "Cancelled")],
                        default="running",
                    ),
                ),
                ("values", models.JSONField(default=dict)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("result", models.TextField(blank=True)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ticket", _key("tickets.ticket", _GONE)),
                ("definition", _key("procedures.definition", _KEPT)),
                ("version", _key("procedures.version", _KEPT)),
                ("started_by", _key(settings.AUTH_USER_MODEL, _KEPT, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["ticket", "-id"], name="case_ticket")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["ticket", "definition"],
                        condition=Q(state="running"),
                        name="a_procedure_runs_once_on_a_ticket",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="running", ended_at=None)
                        | Q(state__in=["ended", "cancelled"], ended_at__isnull=False),
                        name="case_ends_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                _id(),
                ("step", models.TextField()),
                ("values", models.JSONField(default=dict)),
                ("entered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("outcome", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("case", _key("procedures.case", _GONE, related_name="visits")),
                ("left_by", _key(settings.AUTH_USER_MODEL, _KEPT, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["case", "id"], name="visit_case")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["case"], condition=Q(left_at=None), name="a_case_is_in_one_step"
                    )
                ],
            },
        ),
        migrations.AddField("case", "parent", _key("procedures.visit", _GONE, null=True)),
        migrations.CreateModel(
            name="Task",
            fields=[
                _id(),
                (
                    "kind",
                    models.TextField(choices=[("step", "Step"), ("beside", "Beside"), ("asked", "Asked")]),
                ),
                ("key", models.TextField(blank=True)),
                ("title_zh", models.TextField()),
                ("title_en", models.TextField()),
                ("about_zh", models.TextField(blank=True)),
                ("about_en", models.TextField(blank=True)),
                ("shows", models.JSONField(default=list)),
                ("fields", models.JSONField(default=list)),
                ("values", models.JSONField(default=dict)),
                ("checks", models.JSONField(default=list)),
                ("is_required", models.BooleanField(default=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("overdue_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[("open", "Open"), ("done", "Done"), ("cancelled", "Cancelled")],
                        default="open",
                    ),
                ),
                ("outcome", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("source", models.TextField(blank=True)),
                ("ticket", _key("tickets.ticket", _GONE)),
                ("case", _key("procedures.case", _GONE, null=True, related_name="tasks")),
                ("visit", _key("procedures.visit", _GONE, null=True, related_name="tasks")),
                ("group", _key("people.group", _LOOSE, null=True)),
                ("role", _key("people.role", _LOOSE, null=True)),
                ("skill", _key("people.skill", _LOOSE, null=True)),
                ("assignee", _key(settings.AUTH_USER_MODEL, _LOOSE, null=True)),
                ("created_by", _key(settings.AUTH_USER_MODEL, _KEPT, null=True)),
                ("settled_by", _key(settings.AUTH_USER_MODEL, _KEPT, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ticket", "id"], name="task_ticket"),
                    models.Index(
                        fields=["assignee", "due_at", "id"],
                        name="task_open_mine",
                        condition=Q(state="open"),
                    ),
                    models.Index(fields=["due_at", "id"], name="task_open_due", condition=Q(state="open")),
                    models.Index(
                        fields=["-settled_at", "-id"],
                        name="task_settled",
                        condition=Q(settled_at__isnull=False),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state="open", settled_at=None)
                        | Q(state__in=["done", "cancelled"], settled_at__isnull=False),
                        name="task_settled_at_a_moment",
                    ),
                    models.UniqueConstraint(
                        fields=["visit"], condition=Q(kind="step"), name="one_task_for_a_stay_in_a_step"
                    ),
                    models.UniqueConstraint(
                        fields=["source"], condition=~Q(source=""), name="task_asked_for_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                _id(),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
                ("task", _key("procedures.task", _GONE, related_name="hand_overs")),
                ("from_staff", _key(settings.AUTH_USER_MODEL, _KEPT, null=True)),
                ("to_staff", _key(settings.AUTH_USER_MODEL, _KEPT, null=True)),
                ("to_group", _key("people.group", _LOOSE, null=True)),
                ("by", _key(settings.AUTH_USER_MODEL, _KEPT)),
            ],
        ),
        migrations.CreateModel(
            name="ChildImport",
            fields=[
                _id(),
                ("name", models.TextField()),
                ("subject", models.TextField()),
                ("text", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[("running", "Running"), ("finished", "Finished")], default="running"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("ticket", _key("tickets.ticket", _GONE)),
                ("by", _key(settings.AUTH_USER_MODEL, _KEPT)),
            ],
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                _id(),
                ("number", models.PositiveIntegerField()),
                ("cells", models.JSONField()),
                (
                    "state",
                    models.TextField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("refused", "Refused")],
                        default="waiting",
                    ),
                ),
                ("reason_zh", models.TextField(blank=True)),
                ("reason_en", models.TextField(blank=True)),
                ("batch", _key("procedures.childimport", _GONE, related_name="rows")),
                ("child", _key("tickets.ticket", _LOOSE, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["batch", "number"], name="a_line_is_imported_once")
                ]
            },
        ),
    ]
