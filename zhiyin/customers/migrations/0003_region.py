from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_forgotten'),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='region',
            field=models.TextField(blank=True, db_default=''),
        ),
    ]
