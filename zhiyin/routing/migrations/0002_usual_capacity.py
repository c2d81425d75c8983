from django.db import migrations

USUAL = [("chat", 3, False), ("phone", 1, True), ("email", 10, False), ("api", 10, False)]


def say_what_is_usual(apps, schema_editor):
    apps.get_model("routing", "KindRule").objects.bulk_create(
        [
            apps.get_model("routing", "KindRule")(kind=kind, units=units, exclusive=exclusive)
            for kind, units, exclusive in USUAL
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]

    operations = [migrations.RunPython(say_what_is_usual, migrations.RunPython.noop)]
