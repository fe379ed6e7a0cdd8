"""The database itself sees to it that published schemes and results stay as they are."""

from django.db import migrations

GUARD = """
CREATE FUNCTION evaluation_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'E-EVAL-PUBLISHED: what is published stays as it is';
END $$;
CREATE TRIGGER evaluation_scheme_stays BEFORE UPDATE OR DELETE ON evaluation_weightscheme
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION evaluation_published_stays();
CREATE TRIGGER evaluation_publication_stays BEFORE UPDATE OR DELETE ON evaluation_publication
    FOR EACH ROW EXECUTE FUNCTION evaluation_published_stays();
CREATE TRIGGER evaluation_result_stays BEFORE UPDATE OR DELETE ON evaluation_publishedresult
    FOR EACH ROW EXECUTE FUNCTION evaluation_published_stays();
CREATE TRIGGER evaluation_correction_stays BEFORE UPDATE OR DELETE ON evaluation_correction
    FOR EACH ROW EXECUTE FUNCTION evaluation_published_stays();
"""
UNGUARD = """
DROP TRIGGER evaluation_correction_stays ON evaluation_correction;
DROP TRIGGER evaluation_result_stays ON evaluation_publishedresult;
DROP TRIGGER evaluation_publication_stays ON evaluation_publication;
DROP TRIGGER evaluation_scheme_stays ON evaluation_weightscheme;
DROP FUNCTION evaluation_published_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0002_counts")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
    ]
