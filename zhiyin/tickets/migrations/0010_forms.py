"""Statuses, types, fields, forms and templates of the company's own."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        ("people", "0001_initial"),
        ("tickets", "0009_category_tree"),
    ]
    operations = [
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField(unique=True)),
                ('name_zh', models.TextField()),
                ('name_en', models.TextField()),
                ('help_zh', models.TextField(blank=True, default='')),
                ('help_en', models.TextField(blank=True, default='')),
                ('kind', models.TextField(choices=[('text', 'Text'), ('long_text', 'Long Text'), ('number', 'Number'), ('date', 'Date'), ('choice', 'Choice'), ('choices', 'Choices'), ('cascade', 'Cascade'), ('person', 'Person'), ('customer', 'Customer'), ('file', 'File'), ('checkbox', 'Checkbox')])),
                ('rules', models.JSONField(default=dict)),
                ('position', models.PositiveIntegerField(default=0)),
                ('active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='CustomStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.TextField(unique=True)),
                ('name_en', models.TextField(unique=True)),
                ('status', models.TextField(choices=[('new', 'new'), ('open', 'open'), ('pending', 'pending'), ('on_hold', 'on_hold'), ('solved', 'solved'), ('closed', 'closed')])),
                ('position', models.PositiveIntegerField(default=0)),
                ('active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='FieldFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='Form',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.TextField(unique=True)),
                ('name_en', models.TextField(unique=True)),
                ('is_default', models.BooleanField(default=False)),
                ('active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='FormField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('required', models.TextField(choices=[('never', 'Never'), ('on_close', 'On Close'), ('always', 'Always')], default='never')),
                ('shown_when', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='TicketTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField(unique=True)),
                ('subject', models.TextField(blank=True, default='')),
                ('text', models.TextField(blank=True, default='')),
                ('priority', models.SmallIntegerField(default=2)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('fields', models.JSONField(default=dict)),
                ('position', models.PositiveIntegerField(default=0)),
                ('active', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='TicketType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.TextField(unique=True)),
                ('name_en', models.TextField(unique=True)),
                ('position', models.PositiveIntegerField(default=0)),
                ('active', models.BooleanField(default=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z][a-z0-9_]{0,49}$')), name='custom_field_key_plain'),
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'long_text', 'number', 'date', 'choice', 'choices', 'cascade', 'person', 'customer', 'file', 'checkbox'])), name='custom_field_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='customstatus',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('new', 'open', 'pending', 'on_hold', 'solved', 'closed'))), name='custom_status_inside_a_fixed_one'),
        ),
        migrations.AddConstraint(
            model_name='customstatus',
            constraint=models.UniqueConstraint(fields=('id', 'status'), name='custom_status_with_its_fixed_one'),
        ),
        migrations.AddField(
            model_name='fieldfile',
            name='field',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.customfield'),
        ),
        migrations.AddField(
            model_name='fieldfile',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile'),
        ),
        migrations.AddField(
            model_name='fieldfile',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='field_files', to='tickets.ticket'),
        ),
        migrations.AddConstraint(
            model_name='form',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='one_default_form'),
        ),
        migrations.AddConstraint(
            model_name='form',
            constraint=models.CheckConstraint(condition=models.Q(('is_default', False), ('active', True), _connector='OR'), name='default_form_active'),
        ),
        migrations.AddField(
            model_name='formfield',
            name='field',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.customfield'),
        ),
        migrations.AddField(
            model_name='formfield',
            name='form',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='tickets.form'),
        ),
        migrations.AddField(
            model_name='tickettemplate',
            name='category',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.category'),
        ),
        migrations.AddField(
            model_name='tickettemplate',
            name='group',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.group'),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='form',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.form'),
        ),
        migrations.AddField(
            model_name='tickettemplate',
            name='type',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.tickettype'),
        ),
        migrations.AddConstraint(
            model_name='fieldfile',
            constraint=models.UniqueConstraint(fields=('ticket', 'field', 'file'), name='file_once_in_a_field'),
        ),
        migrations.AddConstraint(
            model_name='formfield',
            constraint=models.UniqueConstraint(fields=('form', 'field'), name='field_once_in_a_form'),
        ),
        migrations.AddConstraint(
            model_name='formfield',
            constraint=models.CheckConstraint(condition=models.Q(('required__in', ['never', 'on_close', 'always'])), name='required_known'),
        ),
        migrations.AddConstraint(
            model_name='tickettemplate',
            constraint=models.CheckConstraint(condition=models.Q(('priority__in', [1, 2, 3, 4])), name='template_priority_known'),
        ),
    ]
