import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ACTIONS = [('delete', 'Delete'), ('anonymise', 'Anonymise')]


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('channels', '0007_forgotten_messages'),
        ('customers', '0002_forgotten'),
        ('tickets', '0022_anonymising'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.TextField(choices=ACTIONS)),
                ('days', models.PositiveIntegerField()),
                ('channel_kind', models.TextField(blank=True)),
                ('active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(null=True)),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.channel')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('action', 'channel', 'channel_kind'), name='one_retention_rule_each', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(('channel', None), ('channel_kind', ''), _connector='OR'), name='retention_for_a_channel_or_a_kind'),
                    models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 36500)), name='retention_days_within_a_century'),
                    models.CheckConstraint(condition=models.Q(('action__in', ['delete', 'anonymise'])), name='retention_action_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.TextField(choices=ACTIONS)),
                ('days', models.PositiveIntegerField()),
                ('scope_zh', models.TextField()),
                ('scope_en', models.TextField()),
                ('channel_ids', models.JSONField()),
                ('before', models.DateTimeField()),
                ('state', models.TextField(choices=[('running', 'Running'), ('done', 'Done'), ('stopped', 'Stopped')], default='running')),
                ('last_ticket_id', models.BigIntegerField(default=0)),
                ('tickets', models.PositiveIntegerField(default=0)),
                ('messages', models.PositiveIntegerField(default=0)),
                ('customers', models.PositiveIntegerField(default=0)),
                ('strays', models.PositiveIntegerField(default=0)),
                ('held', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='trust.retentionrule')),
            ],
            options={
                'indexes': [models.Index(fields=['-started_at', '-id'], name='retention_run_recent')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('rule',), name='one_running_run_per_rule')],
            },
        ),
        migrations.CreateModel(
            name='KeptTicket',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='tickets.ticket')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='tickets.ticket')),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
