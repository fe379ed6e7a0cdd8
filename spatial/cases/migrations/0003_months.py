"""Months of cases and of events, and keys that begin with the day."""

from django.db import migrations

# The table of a month is made beside its parent and then attached: readers and writers of other
# months are not kept waiting. One transaction at a time makes months (lock 0x6361, "ca").
MONTHS = """
CREATE FUNCTION cases_add_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    first bigint := to_char(month, 'YYYYMM')::bigint * 100000000;
    after bigint := to_char(month + interval '1 month', 'YYYYMM')::bigint * 100000000;
    label text := to_char(month, 'YYYYMM');
BEGIN
    IF to_regclass('cases_case_' || label) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(25441, 0);
    IF to_regclass('cases_case_' || label) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE cases_case INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
        'cases_case_' || label);
    EXECUTE format('ALTER TABLE cases_case ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
        'cases_case_' || label, first, after);
    EXECUTE format('CREATE TABLE %I (LIKE cases_caseevent INCLUDING DEFAULTS'
        ' INCLUDING CONSTRAINTS)', 'cases_caseevent_' || label);
    EXECUTE format('ALTER TABLE cases_caseevent ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
        'cases_caseevent_' || label, first * 10000, after * 10000);
    RETURN true;
END $$;

CREATE SEQUENCE cases_number MINVALUE 1 MAXVALUE 999999 CYCLE;

-- A sequence keeps nobody waiting. It may come upon a number that an import took: it goes on.
CREATE FUNCTION cases_next_id(day date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    LOOP
        found := to_char(day, 'YYYYMMDD')::bigint * 1000000 + nextval('cases_number');
        EXIT WHEN NOT EXISTS (SELECT 1 FROM cases_case WHERE id = found);
    END LOOP;
    RETURN found;
END $$;
"""
UNMONTHS = """
DROP FUNCTION cases_next_id(date);
DROP SEQUENCE cases_number;
DROP FUNCTION cases_add_month(date);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_trail_initial")]

    operations = [migrations.RunSQL(MONTHS, UNMONTHS)]
