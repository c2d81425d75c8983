"""Links, merges, checklists, time spent; which merged ticket a message came with."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0001_initial'),
        ('customers', '0001_initial'),
        ('people', '0002_cache_table'),
        ('tickets', '0012_ticket_fields_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='checklist', serialize=False, to='tickets.ticket')),
                ('total', models.PositiveSmallIntegerField()),
                ('done', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='ChecklistItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('place', models.PositiveIntegerField()),
                ('due_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ChecklistTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField(unique=True)),
                ('steps', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='HintDismissal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('last_message_id', models.BigIntegerField()),
                ('source_before', models.JSONField()),
                ('target_before', models.JSONField()),
                ('target_after', models.JSONField()),
                ('added_participants', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('added_followers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Stopwatch',
            fields=[
                ('staff', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('activity', models.TextField(choices=[('answering', 'Answering'), ('research', 'Research'), ('call', 'Call'), ('visit', 'Visit'), ('other', 'Other')], default='answering')),
                ('started_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TicketLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField(choices=[('child_of', 'Child Of'), ('related', 'Related'), ('duplicate_of', 'Duplicate Of'), ('split_from', 'Split From')])),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TimeEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveSmallIntegerField()),
                ('activity', models.TextField(choices=[('answering', 'Answering'), ('research', 'Research'), ('call', 'Call'), ('visit', 'Visit'), ('other', 'Other')], default='answering')),
                ('note', models.TextField(blank=True)),
                ('worked_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='message',
            name='origin',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddConstraint(
            model_name='checklist',
            constraint=models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='checklist_not_more_done_than_there_is'),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='assignee',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='done_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='origin',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='hintdismissal',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hintdismissal',
            name='other',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='hintdismissal',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='merge',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='merge',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='merge',
            name='split_into',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='merge',
            name='target',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='merge',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stopwatch',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='ticketlink',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ticketlink',
            name='other',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='ticketlink',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='origin',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='staff',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddConstraint(
            model_name='checklistitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='checklist_item_done_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='hintdismissal',
            constraint=models.UniqueConstraint(fields=('ticket', 'other'), name='hint_dismissed_once'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('source',), name='one_standing_merge_each'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='no_merge_with_itself'),
        ),
        migrations.AddConstraint(
            model_name='ticketlink',
            constraint=models.UniqueConstraint(fields=('ticket', 'other', 'kind'), name='linked_once'),
        ),
        migrations.AddConstraint(
            model_name='ticketlink',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'child_of')), fields=('ticket',), name='one_parent_each'),
        ),
        migrations.AddConstraint(
            model_name='ticketlink',
            constraint=models.CheckConstraint(condition=models.Q(('ticket', models.F('other')), _negated=True), name='no_link_to_itself'),
        ),
        migrations.AddConstraint(
            model_name='ticketlink',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['child_of', 'related', 'duplicate_of', 'split_from'])), name='ticket_link_kind_known'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['-worked_at', '-id'], name='time_recent'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['staff', '-worked_at', '-id'], name='time_of_staff'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 1440)), name='time_within_a_day'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('activity__in', ['answering', 'research', 'call', 'visit', 'other'])), name='time_activity_known'),
        ),
    ]
