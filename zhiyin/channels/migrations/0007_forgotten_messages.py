import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0006_index_of_held'),
    ]

    operations = [
        migrations.CreateModel(
            name='ForgottenMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.channel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'fingerprint'), name='forgotten_once')],
            },
        ),
    ]
