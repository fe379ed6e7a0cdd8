"""What the history of cases lets pass while a transaction erases personal data.

Only words go: the reason of an event of an ended case may get shorter, and the name of whoever made
it may become his number. Stage, time, role, evidence and order stay what they were.
"""

from importlib import import_module

from django.db import migrations

before = import_module("spatial.cases.migrations.0004_guards")
GUARD = """
CREATE OR REPLACE FUNCTION cases_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words text[] := ARRAY['reason', 'user_name'];
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('wanmi.erasing', true) = 'on'
        AND to_jsonb(NEW) - words = to_jsonb(OLD) - words
        AND (NEW.user_name = OLD.user_name OR NEW.user_name = 'person-' || OLD.user_id)
        AND (NEW.reason = OLD.reason OR (length(NEW.reason) < length(OLD.reason) AND EXISTS (
            SELECT 1 FROM cases_case c WHERE c.id = OLD.case_id AND c.closed_at IS NOT NULL)))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'E-CASE-HISTORY: events of cases are append-only';
END $$;
"""
FORMER = before.GUARD.split("CREATE TRIGGER", maxsplit=1)[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_erased_at")]

    operations = [migrations.RunSQL(GUARD, FORMER)]
