"""What the database itself refuses: reusing a retired code, and changing a published grid."""

from django.db import migrations

GUARD = """
CREATE FUNCTION grids_retired_code_stays_retired() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.valid_from IS NOT NULL AND EXISTS (
        SELECT 1 FROM grids_gridcode WHERE code = NEW.code AND retired_on IS NOT NULL
            AND retired_on <= NEW.valid_from
    ) THEN
        RAISE EXCEPTION 'E-GRID-CODE-RETIRED: code % was retired and is never used again', NEW.code
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grids_retired_code_stays_retired
    BEFORE INSERT OR UPDATE OF code, valid_from ON grids_unitgrid
    FOR EACH ROW EXECUTE FUNCTION grids_retired_code_stays_retired();

CREATE FUNCTION grids_published_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.valid_from IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.code = OLD.code AND NEW.ordinal = OLD.ordinal
        AND NEW.plan_id = OLD.plan_id AND NEW.valid_from = OLD.valid_from
        AND NEW.geom::bytea = OLD.geom::bytea AND OLD.valid_to IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'E-GRID-PUBLISHED: grid % is published and never changes', OLD.code;
END $$;
CREATE TRIGGER grids_published_is_fixed BEFORE UPDATE OR DELETE ON grids_unitgrid
    FOR EACH ROW EXECUTE FUNCTION grids_published_is_fixed();
"""
UNGUARD = """
DROP TRIGGER grids_published_is_fixed ON grids_unitgrid;
DROP FUNCTION grids_published_is_fixed();
DROP TRIGGER grids_retired_code_stays_retired ON grids_unitgrid;
DROP FUNCTION grids_retired_code_stays_retired();
"""


class Migration(migrations.Migration):
    dependencies = [("grids", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
