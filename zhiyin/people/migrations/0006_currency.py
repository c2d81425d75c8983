from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_skill_levels'),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='currency',
            field=models.CharField(default='CNY', max_length=3),
        ),
    ]
