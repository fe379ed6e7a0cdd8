"""Groups for the roles, and a trigger that keeps the audit log append-only."""

from django.db import migrations

GROUPS = (
    "administrator",
    "gis_staff",
    "operator",
    "dispatcher",
    "department",
    "inspector",
    "planner",
    "viewer",
)

GUARD = """
CREATE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'E-AUDIT-FIXED: the audit log is append-only';
END $$;
CREATE TRIGGER core_audit_is_append_only BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_audit_is_append_only();
"""
UNGUARD = """
DROP TRIGGER core_audit_is_append_only ON core_auditentry;
DROP FUNCTION core_audit_is_append_only();
"""


def make_groups(apps, schema_editor) -> None:
    """Create the groups that are not there yet."""
    group = apps.get_model("auth", "Group")
    for name in GROUPS:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
