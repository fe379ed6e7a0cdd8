"""The database itself keeps the table of cases in hand."""

from django.db import migrations

COLUMNS = (
    "kind",
    "case_class_id",
    "point",
    "district_code",
    "street_code",
    "community_code",
    "grid_code",
    "channel",
    "reporter_id",
    "reported_at",
    "stage",
    "stage_since",
    "stage_deadline",
    "step",
    "level",
    "priority",
    "department_id",
    "person_id",
    "checker_id",
    "verifier_id",
    "deadline",
)
NAMES = ", ".join(COLUMNS)
KEEP = f"""
CREATE FUNCTION cases_keep_in_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.closed_at IS NULL THEN
        INSERT INTO cases_inhand (case_id, {NAMES})
        VALUES (NEW.id, {", ".join(f"NEW.{name}" for name in COLUMNS)})
        ON CONFLICT (case_id) DO UPDATE
        SET {", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS)};
    ELSIF TG_OP = 'UPDATE' AND OLD.closed_at IS NULL THEN
        DELETE FROM cases_inhand WHERE case_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cases_keep_in_hand AFTER INSERT OR UPDATE OF closed_at, {NAMES} ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_keep_in_hand();
"""  # noqa: S608 - the names above
UNKEEP = """
DROP TRIGGER cases_keep_in_hand ON cases_case;
DROP FUNCTION cases_keep_in_hand();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_guards")]

    operations = [migrations.RunSQL(KEEP, UNKEEP)]
