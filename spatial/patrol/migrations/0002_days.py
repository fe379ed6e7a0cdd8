"""Days of positions: a table for each, made before it is needed and dropped as a whole."""

from django.db import migrations

# Keys are milliseconds times 2^22 and the user's key; a day begins at midnight of the site's time
# zone, which the caller knows. One transaction at a time makes days.
DAYS = """
CREATE FUNCTION patrol_add_day(label text, first_ms bigint, after_ms bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    part text := 'patrol_position_' || label;
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(25443, 0);
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE patrol_position INCLUDING DEFAULTS'
        ' INCLUDING CONSTRAINTS)', part);
    EXECUTE format('ALTER TABLE patrol_position ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
        part, first_ms << 22, after_ms << 22);
    RETURN true;
END $$;

-- Drops the days before one; how many there were.
CREATE FUNCTION patrol_drop_days_before(label text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    part regclass;
    dropped integer := 0;
BEGIN
    FOR part IN
        SELECT i.inhrelid::regclass FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'patrol_position'::regclass
            AND c.relname < 'patrol_position_' || label
    LOOP
        EXECUTE format('DROP TABLE %s', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
"""
UNDAYS = """
DROP FUNCTION patrol_drop_days_before(text);
DROP FUNCTION patrol_add_day(text, bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("patrol", "0001_initial")]

    operations = [migrations.RunSQL(DAYS, UNDAYS)]
