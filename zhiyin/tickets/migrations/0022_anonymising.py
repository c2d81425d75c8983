from django.db import migrations, models


def mark_personal(apps, schema_editor):
    """Fields there are already: what usually tells of a person, as for new ones."""
    fields = apps.get_model('tickets', 'CustomField')
    fields.objects.filter(kind__in=['text', 'long_text', 'customer', 'file']).update(is_personal=True)


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0021_deadlines_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='anonymised_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='customfield',
            name='is_personal',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(mark_personal, migrations.RunPython.noop),
    ]
