from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps, schema_editor):
    """The cache counts failed sign-ins across processes; the command leaves an existing table alone."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop, elidable=False)]
