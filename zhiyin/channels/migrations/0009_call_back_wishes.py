import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0008_machine_words")]

    operations = [
        migrations.CreateModel(
            name="CallBackWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("thread_key", models.TextField(db_index=True)),
                ("phone", models.TextField(blank=True)),
                ("wished_at", models.DateTimeField()),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.channel"
                    ),
                ),
            ],
        )
    ]
