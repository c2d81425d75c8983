"""Policies and their versions, what tickets run under, clocks and pauses."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPEN = models.Q(('state__in', ('running', 'paused')))


def own_id():
    return ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID'))


def to_ticket():
    return ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('calendars', '0001_initial'),
        ('tickets', '0020_deadlines'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Policy',
            fields=[
                own_id(),
                ('name_zh', models.TextField(blank=True)),
                ('name_en', models.TextField(blank=True)),
                ('track', models.TextField(choices=[('customer', 'Customer'), ('internal', 'Internal'), ('regulator', 'Regulator')], default='customer')),
                ('position', models.IntegerField(default=0)),
                ('active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                own_id(),
                ('number', models.PositiveIntegerField()),
                ('conditions', models.JSONField()),
                ('metrics', models.JSONField()),
                ('robots', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('published_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('calendar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calendars.calendar')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='sla.policy')),
            ],
        ),
        migrations.AddField(
            model_name='policy',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.policyversion'),
        ),
        migrations.CreateModel(
            name='Coverage',
            fields=[
                own_id(),
                ('track', models.TextField()),
                ('since', models.DateTimeField()),
                to_ticket(),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.policyversion')),
            ],
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                own_id(),
                ('cause', models.TextField()),
                ('track', models.TextField(blank=True)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                to_ticket(),
            ],
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                own_id(),
                ('track', models.TextField()),
                ('metric', models.TextField()),
                ('key', models.TextField()),
                ('name', models.TextField(blank=True)),
                ('priority', models.SmallIntegerField(default=0)),
                ('target_minutes', models.PositiveIntegerField()),
                ('state', models.TextField(choices=[('running', 'Running'), ('paused', 'Paused'), ('fulfilled', 'Fulfilled'), ('cancelled', 'Cancelled')])),
                ('activated_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('breached_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('elapsed_seconds', models.PositiveBigIntegerField(default=0)),
                ('counted_at', models.DateTimeField()),
                ('pauses', models.JSONField(default=list)),
                ('told', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=list, size=None)),
                ('calendar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calendars.calendar')),
                to_ticket(),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.policyversion')),
            ],
            options={
                'indexes': [
                    models.Index(condition=OPEN, fields=['due_at'], name='clock_due'),
                    models.Index(fields=['activated_at'], name='clock_activated'),
                    models.Index(condition=OPEN, fields=['calendar'], name='clock_open_calendar'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                own_id(),
                ('draft', models.JSONField()),
                ('state', models.TextField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('failed', 'Failed')], default='waiting')),
                ('result', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'done', 'failed'])), name='trial_state_known')],
            },
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('name_en', ''), ('name_zh', ''), _negated=True), name='policy_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('track__in', ['customer', 'internal', 'regulator'])), name='policy_track_known'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(fields=('policy', 'number'), name='one_version_per_number'),
        ),
        migrations.AddConstraint(
            model_name='coverage',
            constraint=models.UniqueConstraint(fields=('ticket', 'track'), name='one_policy_per_track'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('ticket', 'cause', 'track'), name='one_pause_per_cause'),
        ),
        migrations.AddIndex(
            model_name='pause',
            index=models.Index(fields=['ticket', 'started_at'], name='pause_of_ticket'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.UniqueConstraint(fields=('ticket', 'key'), name='one_clock_per_key'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['running', 'paused', 'fulfilled', 'cancelled'])), name='clock_state_known'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ('running', 'paused'))), models.Q(('ended_at__isnull', False), ('state__in', ['fulfilled', 'cancelled'])), _connector='OR'), name='clock_ends_when_it_is_over'),
        ),
    ]
