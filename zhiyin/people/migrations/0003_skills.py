from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_cache_table")]

    operations = [
        migrations.CreateModel(
            name="Skill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_zh", models.TextField(unique=True)),
                ("name_en", models.TextField(unique=True)),
                ("holders", models.ManyToManyField(related_name="skills", to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
