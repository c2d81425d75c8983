from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0009_call_back_wishes")]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="default_region",
            field=models.TextField(blank=True, db_default="", default=""),
        )
    ]
