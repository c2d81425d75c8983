from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0022_anonymising")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="promises_paused",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
