"""Fields say what of a conversation they may be filled in from; rules put steps on checklists and tick them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("channels", "0010_default_region"),
        ("tickets", "0027_search_index_pending"),
    ]

    operations = [
        migrations.AddField(
            model_name="customfield",
            name="taken_from",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taken_from__in", ["", "order", "phone", "address", "email", "amount", "date", "options"])
                ),
                name="custom_field_taken_from_what_is_named",
            ),
        ),
        migrations.AlterField(
            model_name="checklistitem",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="checklistitem", name="checklist_item_done_by_somebody"
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_by", None), ("done_at__isnull", False), _connector="OR"),
                name="checklist_item_done_by_somebody_is_done",
            ),
        ),
    ]
