"""A ticket has a type, values of custom fields, and a custom status that is always inside its status."""

import django.db.models.deletion
from django.db import migrations, models

_HOLD = """
ALTER TABLE tickets_ticket ADD CONSTRAINT ticket_custom_status_inside
FOREIGN KEY (custom_status_id, status) REFERENCES tickets_customstatus (id, status);

CREATE FUNCTION tickets_drop_custom_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.custom_status_id := NULL;
    RETURN NEW;
END $$;

CREATE TRIGGER ticket_custom_status_dropped BEFORE UPDATE OF status ON tickets_ticket
FOR EACH ROW WHEN (OLD.status <> NEW.status AND OLD.custom_status_id = NEW.custom_status_id)
EXECUTE FUNCTION tickets_drop_custom_status();
"""
_LET_GO = """
DROP TRIGGER ticket_custom_status_dropped ON tickets_ticket;
DROP FUNCTION tickets_drop_custom_status();
ALTER TABLE tickets_ticket DROP CONSTRAINT ticket_custom_status_inside;
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_forms")]
    operations = [
        migrations.AddField(
            model_name='ticket',
            name='fields',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='ticket',
            name='custom_status',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.customstatus'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='type',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.tickettype'),
        ),
        migrations.RunSQL(_HOLD, _LET_GO),
    ]
