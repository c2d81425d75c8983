import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0003_owners'),
        ('people', '0006_currency'),
        ('procedures', '0002_promises'),
        ('tickets', '0023_promises_paused'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChildNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('up_to', models.BigIntegerField(default=0)),
                ('told', models.PositiveIntegerField(default=0)),
                ('unreached', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField()),
                ('drawn_at', models.DateTimeField()),
                ('rating', models.PositiveSmallIntegerField(null=True)),
                ('words', models.TextField(blank=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReviewPolicy',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('every', models.PositiveSmallIntegerField(default=5)),
                ('finished', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='TaskFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='approval',
            name='approval_waits_or_is_settled',
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_ends_at_a_moment',
        ),
        migrations.RemoveConstraint(
            model_name='task',
            name='task_settled_at_a_moment',
        ),
        migrations.AddField(
            model_name='approval',
            name='currency',
            field=models.TextField(default='CNY'),
        ),
        migrations.AddField(
            model_name='approval',
            name='origin',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='approval',
            name='paused_for',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='case',
            name='origin',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='case',
            name='paused_for',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='grant',
            name='currency',
            field=models.TextField(default='CNY'),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='currency',
            field=models.TextField(default='CNY'),
        ),
        migrations.AddField(
            model_name='task',
            name='origin',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='task',
            name='paused_for',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='version',
            name='starts',
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name='approval',
            name='state',
            field=models.TextField(choices=[('waiting', 'Waiting'), ('paused', 'Paused'), ('approved', 'Approved'), ('refused', 'Refused'), ('expired', 'Expired'), ('withdrawn', 'Withdrawn')], default='waiting'),
        ),
        migrations.AlterField(
            model_name='case',
            name='state',
            field=models.TextField(choices=[('running', 'Running'), ('paused', 'Paused'), ('ended', 'Ended'), ('cancelled', 'Cancelled')], default='running'),
        ),
        migrations.AlterField(
            model_name='task',
            name='state',
            field=models.TextField(choices=[('open', 'Open'), ('paused', 'Paused'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='open'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state__in', ['waiting', 'paused'])), models.Q(models.Q(('state__in', ['waiting', 'paused']), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='approval_waits_or_is_settled'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'paused'), models.Q(('paused_for', ''), _negated=True)), models.Q(models.Q(('state', 'paused'), _negated=True), ('paused_for', '')), _connector='OR'), name='approval_paused_for_a_cause'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['running', 'paused'])), models.Q(('ended_at__isnull', False), ('state__in', ['ended', 'cancelled'])), _connector='OR'), name='case_ends_at_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'paused'), models.Q(('paused_for', ''), _negated=True)), models.Q(models.Q(('state', 'paused'), _negated=True), ('paused_for', '')), _connector='OR'), name='case_paused_for_a_cause'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state__in', ['open', 'paused'])), models.Q(('settled_at__isnull', False), ('state__in', ['done', 'cancelled'])), _connector='OR'), name='task_settled_at_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'paused'), models.Q(('paused_for', ''), _negated=True)), models.Q(models.Q(('state', 'paused'), _negated=True), ('paused_for', '')), _connector='OR'), name='task_paused_for_a_cause'),
        ),
        migrations.AddField(
            model_name='childnotice',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='childnotice',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='review',
            name='case',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='procedures.case'),
        ),
        migrations.AddField(
            model_name='review',
            name='reviewed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='reviewpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='one_review_policy'),
        ),
        migrations.AddField(
            model_name='taskfile',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile'),
        ),
        migrations.AddField(
            model_name='taskfile',
            name='task',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='procedures.task'),
        ),
        migrations.AddIndex(
            model_name='childnotice',
            index=models.Index(fields=['ticket', '-id'], name='child_notice_of_ticket'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('reviewed_at', None)), fields=['drawn_at', 'id'], name='review_open'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['-reviewed_at', '-id'], name='review_done'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rating', None), ('reviewed_at', None), ('reviewed_by', None)), models.Q(('rating__range', (1, 5)), ('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='review_is_open_or_rated'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('number',), name='one_review_for_a_finished_case'),
        ),
        migrations.AddConstraint(
            model_name='taskfile',
            constraint=models.UniqueConstraint(fields=('task', 'key', 'file'), name='file_once_in_an_answer'),
        ),
    ]
