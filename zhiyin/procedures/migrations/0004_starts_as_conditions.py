from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_FIELDS = {"categories": "category", "types": "type", "tiers": "customer_tier"}


def as_tree(starts: dict[str, list[Any]]) -> dict[str, Any]:
    """All that was named had to fit; nothing named began by hand only."""
    named = [
        {"field": _FIELDS[name], "is": "any_of", "value": wanted}
        for name, wanted in starts.items()
        if wanted and name in _FIELDS
    ]
    return {"all": named} if named else {}


def write_trees(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    Version = apps.get_model("procedures", "Version")
    for version in Version.objects.exclude(definition__starts={}).select_related("definition"):
        version.starts = as_tree(version.definition.starts)
        version.save(update_fields=["starts"])


class Migration(migrations.Migration):
    dependencies = [("procedures", "0003_starts_pauses_reviews")]

    operations = [migrations.RunPython(write_trees, migrations.RunPython.noop)]
