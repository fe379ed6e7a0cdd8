"""What the database refuses at the end of a transaction that changed grids of a draft by hand."""

from django.db import migrations

# A border that lies on the ring of a community is compared with points this far beside it, in
# degrees (20 cm): a segment that is straight in metres is not so in degrees, by as much as that
# when it is 3 km long.
GUARD = """
CREATE FUNCTION grids_border_fault(held grids_unitgrid) RETURNS text STABLE LANGUAGE sql AS $$
    WITH near AS (
        SELECT g.community_id, g.geom FROM grids_unitgrid g
        WHERE g.plan_id = held.plan_id AND g.id <> held.id AND g.geom && held.geom
    ), own AS (
        SELECT ST_StartPoint(d.geom) AS a, ST_EndPoint(d.geom) AS b
        FROM ST_DumpSegments(ST_ForcePolygonCCW(held.geom)) d
    ), other AS (
        SELECT n.community_id, ST_StartPoint(d.geom) AS a, ST_EndPoint(d.geom) AS b
        FROM near n, ST_DumpSegments(ST_ForcePolygonCCW(n.geom)) d
        WHERE d.geom && held.geom
    ), edge AS (
        SELECT o.a, o.b,
            count(*) FILTER (WHERE t.a::bytea = o.a::bytea) AS same,
            count(*) FILTER (WHERE t.a::bytea = o.b::bytea) AS back,
            max(t.community_id) FILTER (WHERE t.a::bytea = o.b::bytea) AS community_id
        FROM own o LEFT JOIN other t
            ON (t.a::bytea = o.b::bytea AND t.b::bytea = o.a::bytea)
            OR (t.a::bytea = o.a::bytea AND t.b::bytea = o.b::bytea)
        GROUP BY o.a, o.b
    ), side AS (
        SELECT back, e.x, e.y, e.u / NULLIF(sqrt(e.u ^ 2 + e.v ^ 2), 0) * 2e-6 AS u,
            e.v / NULLIF(sqrt(e.u ^ 2 + e.v ^ 2), 0) * 2e-6 AS v
        FROM (
            SELECT back, (ST_X(a) + ST_X(b)) / 2 AS x, (ST_Y(a) + ST_Y(b)) / 2 AS y,
                ST_X(b) - ST_X(a) AS u, ST_Y(b) - ST_Y(a) AS v
            FROM edge WHERE community_id IS DISTINCT FROM held.community_id
        ) e
    )
    SELECT CASE
        WHEN NOT ST_IsValid(held.geom) THEN 'is not valid'
        WHEN EXISTS (SELECT 1 FROM edge WHERE same > 0 OR back > 1) THEN 'overlaps another'
        WHEN EXISTS (
            SELECT 1 FROM side s, basemap_region r WHERE r.id = held.community_id AND (
                NOT ST_Intersects(r.geom, ST_SetSRID(ST_MakePoint(s.x - s.v, s.y + s.u), 4326))
                OR ST_Intersects(r.geom, ST_SetSRID(ST_MakePoint(s.x + s.v, s.y - s.u), 4326))
            )
        ) THEN 'has a border without a neighbour, or leaves its community'
        WHEN EXISTS (
            SELECT 1 FROM side s JOIN basemap_region r
                ON r.id IN (SELECT community_id FROM near)
                AND ST_Intersects(r.geom, ST_SetSRID(ST_MakePoint(s.x + s.v, s.y - s.u), 4326))
            WHERE s.back = 0
        ) THEN 'has a border without a neighbour'
    END
$$;

CREATE FUNCTION grids_draft_stays_exact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held grids_unitgrid;
    fault text;
BEGIN
    -- Rows go with their plan.
    IF NOT EXISTS (SELECT 1 FROM grids_gridplan WHERE id = COALESCE(NEW.plan_id, OLD.plan_id)) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (
            SELECT 1 FROM grids_unitgrid g WHERE g.plan_id = OLD.plan_id
                AND ST_Intersects(g.geom, ST_PointOnSurface(OLD.geom))
        ) THEN
            fault := 'is gone and its ground has no grid';
        END IF;
    ELSE
        -- As it is at the end, whatever came after the statement that fired this.
        SELECT * INTO held FROM grids_unitgrid WHERE id = NEW.id;
        IF FOUND THEN
            fault := grids_border_fault(held);
        END IF;
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'E-EDIT-GUARD: grid % %', COALESCE(NEW.code, OLD.code), fault
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER grids_new_stays_exact AFTER INSERT ON grids_unitgrid
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.revision > 0)
    EXECUTE FUNCTION grids_draft_stays_exact();
CREATE CONSTRAINT TRIGGER grids_changed_stays_exact AFTER UPDATE ON grids_unitgrid
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (
        NEW.geom::bytea IS DISTINCT FROM OLD.geom::bytea
        OR NEW.community_id <> OLD.community_id OR NEW.plan_id <> OLD.plan_id
    )
    EXECUTE FUNCTION grids_draft_stays_exact();
CREATE CONSTRAINT TRIGGER grids_gone_stays_exact AFTER DELETE ON grids_unitgrid
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION grids_draft_stays_exact();
"""
UNGUARD = """
DROP TRIGGER grids_gone_stays_exact ON grids_unitgrid;
DROP TRIGGER grids_changed_stays_exact ON grids_unitgrid;
DROP TRIGGER grids_new_stays_exact ON grids_unitgrid;
DROP FUNCTION grids_draft_stays_exact();
DROP FUNCTION grids_border_fault(grids_unitgrid);
"""


class Migration(migrations.Migration):
    dependencies = [("grids", "0005_edits"), ("basemap", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
