"""Views, how each person arranges them, and what they hold."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_cache_table'),
        ('tickets', '0006_drafts_and_reply_locks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ViewCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80)),
                ('fingerprint', models.CharField(max_length=40)),
                ('members', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ('is_whole', models.BooleanField()),
                ('position', models.BigIntegerField()),
                ('counted_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(fields=['used_at'], name='view_count_used')],
                'constraints': [models.UniqueConstraint(fields=('key',), name='one_count_per_view_and_reach')],
            },
        ),
        migrations.CreateModel(
            name='View',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.TextField(blank=True)),
                ('name_en', models.TextField(blank=True)),
                ('icon', models.TextField(blank=True)),
                ('colour', models.TextField(blank=True)),
                ('audience', models.TextField(choices=[('owner', 'Owner'), ('groups', 'Groups'), ('everyone', 'Everyone')], default='owner')),
                ('position', models.IntegerField(default=0)),
                ('pinned', models.BooleanField(default=True)),
                ('conditions', models.JSONField()),
                ('sort', models.TextField(choices=[('newest', 'newest'), ('oldest', 'oldest'), ('waiting', 'waiting'), ('created', 'created'), ('updated', 'updated'), ('priority', 'priority')], default='newest')),
                ('grouping', models.TextField(blank=True, choices=[('', ''), ('status', 'status'), ('priority', 'priority'), ('assignee', 'assignee'), ('group', 'group'), ('category', 'category'), ('channel', 'channel'), ('day', 'day')], default='')),
                ('shows_table', models.BooleanField(default=False)),
                ('columns', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('groups', models.ManyToManyField(related_name='+', to='people.group')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['audience', 'owner'], name='view_audience')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name_en', ''), ('name_zh', ''), _negated=True), name='view_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='ViewPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField()),
                ('position', models.IntegerField(null=True)),
                ('shown', models.BooleanField(null=True)),
                ('look', models.JSONField(default=dict)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staff', 'key'), name='one_place_per_view')],
            },
        ),
    ]
