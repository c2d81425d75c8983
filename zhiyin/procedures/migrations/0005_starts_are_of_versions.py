from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("procedures", "0004_starts_as_conditions")]

    operations = [migrations.RemoveField(model_name="definition", name="starts")]
