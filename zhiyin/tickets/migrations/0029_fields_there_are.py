"""Fields there are say by their kind and key what they may be filled in from, as new ones do."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from zhiyin.tickets.forms.taking import default_taken_from


def say_what_they_are_taken_from(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    field_model = apps.get_model("tickets", "CustomField")
    for field in field_model.objects.filter(taken_from=""):
        if taken_from := default_taken_from(field.kind, field.key):
            field_model.objects.filter(pk=field.pk).update(taken_from=taken_from)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0028_taken_from_and_rules_checklists")]

    operations = [migrations.RunPython(say_what_they_are_taken_from, migrations.RunPython.noop)]
