
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('email', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CorrespondentKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.TextField()),
                ('kind', models.TextField(choices=[('smime', 'Smime'), ('pgp', 'Pgp')])),
                ('fingerprint', models.TextField()),
                ('key', models.TextField()),
                ('first_seen_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('address', 'kind', 'fingerprint'), name='correspondent_key_once_each')],
            },
        ),
    ]
