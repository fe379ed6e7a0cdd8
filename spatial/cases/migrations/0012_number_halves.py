"""Numbers of live reports below 500,000, of cases made in bulk above it.

A run that makes cases up writes a day for seconds in a transaction that nobody else sees into. Its
numbers were the next ones after the highest of the day: a report that came meanwhile could draw one
of them from the sequence, and waited for the run only to be refused.
"""

from django.db import migrations

LOWER = """
DO $$
DECLARE
    last bigint := (SELECT last_value FROM cases_number);
BEGIN
    EXECUTE format('ALTER SEQUENCE cases_number MAXVALUE 499999 RESTART WITH %s',
        CASE WHEN last < 499999 THEN last + 1 ELSE 1 END);
END $$;
"""
WHOLE = "ALTER SEQUENCE cases_number MAXVALUE 999999"


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_event_request")]

    operations = [migrations.RunSQL(LOWER, WHOLE)]
