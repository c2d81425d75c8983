from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("assist", "0002_answering"),
    ]

    operations = [
        migrations.AddField(
            model_name="preferences",
            name="pack",
            field=models.TextField(db_default="retail", default="retail"),
        ),
    ]
