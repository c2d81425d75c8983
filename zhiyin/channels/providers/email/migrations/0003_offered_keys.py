import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('email', '0002_correspondent_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='correspondentkey',
            name='state',
            field=models.TextField(choices=[('trusted', 'Trusted'), ('offered', 'Offered'), ('refused', 'Refused')], db_default='trusted', default='trusted'),
        ),
        migrations.AddField(
            model_name='correspondentkey',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='correspondentkey',
            name='decided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='correspondentkey',
            index=models.Index(condition=models.Q(('state', 'offered')), fields=['-first_seen_at', '-id'], name='correspondent_key_offered'),
        ),
    ]
