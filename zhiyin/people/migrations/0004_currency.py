from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_skills'),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='currency',
            field=models.CharField(default='CNY', max_length=3),
        ),
    ]
