"""Categories become a tree. The database keeps each one's lineage and path, and refuses loops."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_KEEP = """
UPDATE tickets_category SET lineage = ARRAY[id], path = name;

CREATE FUNCTION tickets_category_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above_lineage bigint[];
    above_path text;
BEGIN
    NEW.lineage := ARRAY[NEW.id];
    NEW.path := NEW.name;
    IF NEW.parent_id IS NOT NULL THEN
        -- locked: of two moves at once that would make a loop together, one waits and is refused
        SELECT lineage, path INTO above_lineage, above_path
        FROM tickets_category WHERE id = NEW.parent_id FOR UPDATE;
        IF NEW.id = ANY (above_lineage) THEN
            RAISE EXCEPTION 'a category can not be beneath itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'category_not_beneath_itself';
        END IF;
        NEW.lineage := above_lineage || NEW.lineage;
        NEW.path := above_path || ' / ' || NEW.path;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION tickets_category_carry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tickets_category SET parent_id = parent_id WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER category_place BEFORE INSERT OR UPDATE OF parent_id, name, lineage, path ON tickets_category
FOR EACH ROW EXECUTE FUNCTION tickets_category_place();
CREATE TRIGGER category_carry AFTER UPDATE ON tickets_category
FOR EACH ROW WHEN (OLD.lineage IS DISTINCT FROM NEW.lineage OR OLD.path IS DISTINCT FROM NEW.path)
EXECUTE FUNCTION tickets_category_carry();
"""
_LEAVE = """
DROP TRIGGER category_carry ON tickets_category;
DROP TRIGGER category_place ON tickets_category;
DROP FUNCTION tickets_category_carry();
DROP FUNCTION tickets_category_place();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_view_indexes")]
    operations = [
        migrations.AddField(
            model_name='category',
            name='lineage',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=[], size=None),
        ),
        migrations.AddField(
            model_name='category',
            name='parent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category'),
        ),
        migrations.AddField(
            model_name='category',
            name='path',
            field=models.TextField(db_default=''),
        ),
        migrations.AddField(
            model_name='category',
            name='position',
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name='category',
            name='name',
            field=models.TextField(),
        ),
        migrations.RunSQL(_KEEP, _LEAVE),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(fields=('parent', 'name'), name='category_once_beneath_its_parent', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('lineage__len__lte', 5)), name='category_not_too_deep'),
        ),
    ]
