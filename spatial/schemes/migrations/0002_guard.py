"""What the database itself refuses: changing a cell of an edition that is or was in force."""

from django.db import migrations

GUARD = """
CREATE FUNCTION schemes_published_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM schemes_schemeedition WHERE id = OLD.edition_id AND state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'E-SCHEME-STATE: cell % is published and never changes', OLD.code;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER schemes_published_is_fixed BEFORE UPDATE OR DELETE ON schemes_schemecell
    FOR EACH ROW EXECUTE FUNCTION schemes_published_is_fixed();
"""
UNGUARD = """
DROP TRIGGER schemes_published_is_fixed ON schemes_schemecell;
DROP FUNCTION schemes_published_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("schemes", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
