"""What the audit log and the looks let pass while a transaction erases personal data.

The setting ``wanmi.erasing`` holds for one transaction and is set by
`spatial.privacy.services.erasing`; without it nothing changes, as before.
"""

from importlib import import_module

from django.db import migrations

before = import_module("spatial.core.migrations.0003_roles_and_audit")
AUDIT = """
CREATE OR REPLACE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words text[] := ARRAY['detail', 'object_key', 'actor_name'];
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('wanmi.erasing', true) = 'on'
        AND to_jsonb(NEW) - words = to_jsonb(OLD) - words
        AND (NEW.detail = OLD.detail OR NEW.detail @> '{"erased": true}')
        AND (NEW.actor_name = OLD.actor_name OR NEW.actor_name = 'person-' || OLD.actor_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'E-AUDIT-FIXED: the audit log is append-only';
END $$;
"""
FORMER = before.GUARD.split("CREATE TRIGGER", maxsplit=1)[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
LOOKS = """
CREATE FUNCTION core_looks_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words text[] := ARRAY['user_name', 'whose'];
BEGIN
    IF current_setting('wanmi.erasing', true) = 'on' THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        ELSIF to_jsonb(NEW) - words = to_jsonb(OLD) - words THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'E-LOOKS-FIXED: looks at personal data are append-only';
END $$;
CREATE TRIGGER core_looks_stay BEFORE UPDATE OR DELETE ON core_look
    FOR EACH ROW EXECUTE FUNCTION core_looks_stay();
"""
NO_LOOKS = """
DROP TRIGGER core_looks_stay ON core_look;
DROP FUNCTION core_looks_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0009_looks")]

    operations = [
        migrations.RunSQL(AUDIT, FORMER),
        migrations.RunSQL(LOOKS, NO_LOOKS),
    ]
