from django.db import migrations

# Django's constraints can't look into an array with a column of the same row
ADD = """
ALTER TABLE knowledge_version ADD CONSTRAINT nobody_approves_what_they_wrote
CHECK (approved_by_id IS NULL OR NOT (approved_by_id = ANY (writers)))
"""
TAKE = "ALTER TABLE knowledge_version DROP CONSTRAINT nobody_approves_what_they_wrote"


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]
    operations = [migrations.RunSQL(ADD, TAKE)]
