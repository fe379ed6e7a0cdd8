"""What the database itself refuses: a case that goes, changes unseen, or an event that changes."""

from django.db import migrations

GUARD = """
CREATE FUNCTION cases_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'E-CASE-HISTORY: events of cases are append-only';
END $$;
CREATE TRIGGER cases_history_is_append_only BEFORE UPDATE OR DELETE ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_history_is_append_only();

CREATE FUNCTION cases_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'E-CASE-STAYS: case % is never deleted', OLD.id;
END $$;
CREATE TRIGGER cases_stay BEFORE DELETE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_stay();

-- Looked at when the transaction ends: the event is written after the case or before it.
CREATE FUNCTION cases_stage_has_its_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM cases_caseevent WHERE id = NEW.id * 10000 + NEW.step
                   AND stage_after = NEW.stage) THEN
        RAISE EXCEPTION 'E-CASE-NOEVENT: stage % of case % has no event', NEW.stage, NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cases_stage_has_its_event AFTER INSERT OR UPDATE OF stage, step
    ON cases_case DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_stage_has_its_event();
"""
UNGUARD = """
DROP TRIGGER cases_stage_has_its_event ON cases_case;
DROP FUNCTION cases_stage_has_its_event();
DROP TRIGGER cases_stay ON cases_case;
DROP FUNCTION cases_stay();
DROP TRIGGER cases_history_is_append_only ON cases_caseevent;
DROP FUNCTION cases_history_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_months")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
