from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0002_usual_capacity")]

    operations = [
        migrations.AddField(
            model_name="workitem", name="touched", field=models.PositiveIntegerField(default=1)
        )
    ]
