from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0004_words_and_questions'),
    ]

    operations = [
        migrations.AddField(
            model_name='askedquestion',
            name='voice',
            field=models.CharField(blank=True, db_default='', max_length=48),
        ),
    ]
