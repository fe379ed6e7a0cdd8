"""Cases in hand carry what desks order, light and search by."""

from importlib import import_module

from django.db import migrations

before = import_module("spatial.cases.migrations.0005_in_hand")
COLUMNS = (*before.COLUMNS, "due_at", "warn_at", "component_id", "campaign_id")
NAMES = ", ".join(COLUMNS)
WORDS = "concat_ws(' ', NEW.place, NEW.description)"
KEEP = f"""
CREATE FUNCTION cases_keep_in_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.closed_at IS NULL THEN
        INSERT INTO cases_inhand (case_id, {NAMES}, words)
        VALUES (NEW.id, {", ".join(f"NEW.{name}" for name in COLUMNS)}, {WORDS})
        ON CONFLICT (case_id) DO UPDATE
        SET {", ".join(f"{name} = EXCLUDED.{name}" for name in (*COLUMNS, "words"))};
    ELSIF TG_OP = 'UPDATE' AND OLD.closed_at IS NULL THEN
        DELETE FROM cases_inhand WHERE case_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cases_keep_in_hand
    AFTER INSERT OR UPDATE OF closed_at, {NAMES}, place, description ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_keep_in_hand();
"""  # noqa: S608 - the names above
# Until its next move a case that is there already shows its limit without a yellow time.
FILL = """
UPDATE cases_case SET due_at = CASE WHEN stage IN ('dispatched', 'handling', 'divided')
    THEN deadline WHEN stage <> 'held' THEN stage_deadline END
WHERE closed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_due_and_words")]

    operations = [
        migrations.RunSQL(before.UNKEEP, before.KEEP),
        migrations.RunSQL(KEEP, before.UNKEEP),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
