"""The history of components is append-only."""

from django.db import migrations

GUARD = """
CREATE FUNCTION components_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'E-COMPONENT-HISTORY: the history of components is append-only';
END $$;
CREATE TRIGGER components_history_is_append_only
    BEFORE DELETE OR UPDATE OF component_id, kind, at, day, before, after
    ON components_componentchange
    FOR EACH ROW EXECUTE FUNCTION components_history_is_append_only();
"""
UNGUARD = """
DROP TRIGGER components_history_is_append_only ON components_componentchange;
DROP FUNCTION components_history_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("components", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
