"""Tickets that were indexed before search narrowed by days and places get the marks for it."""

from django.db import migrations

_MARK = """
UPDATE tickets_ticketsearch SET document = document || array_to_tsvector(marks)
FROM (
    SELECT id, array_agg(DISTINCT mark) AS marks FROM (
        SELECT ticket_id AS id, '@' || to_char(at AT TIME ZONE 'UTC', form) AS mark
        FROM tickets_message CROSS JOIN (VALUES ('YYYY-MM-DD'), ('YYYY-MM')) forms (form)
        UNION ALL SELECT id, '@group:' || coalesce(group_id, 0) FROM tickets_ticket
        UNION ALL SELECT id, '@staff:' || assignee_id FROM tickets_ticket WHERE assignee_id IS NOT NULL
    ) told GROUP BY id
) marked
WHERE ticket_id = marked.id AND NOT document @@ $$'@group:':*$$::tsquery
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunSQL(_MARK, migrations.RunSQL.noop)]
