"""Counts many desks ask for are made once for a moment; who moved a case gets them as they are."""

from spatial.cases import recent
from spatial.cases.lists import Asked
from spatial.cases.stages import Stage
from tests.spatial.cases.conftest import photos_apart, world  # noqa: F401 - fixtures


def told(user, **more):
    return {row["stage"]: row["n"] for row in recent.recent_counts(user, Asked(), **more)}


def test_counts_are_kept_a_moment_for_those_who_see_all(world, settings, monkeypatch):  # noqa: F811
    settings.CASE_COUNTS_KEPT_S = 60.0
    monkeypatch.setattr(recent, "_kept", (float("-inf"), []))
    world.report()
    assert told(world.operator) == {"reported": 1}
    world.report()
    assert told(world.dispatcher) == {"reported": 1}
    # A department has its own, and a filter too.
    world.case(Stage.DISPATCHED)
    assert told(world.worker) == {"dispatched": 1}
    filtered = recent.recent_counts(world.operator, Asked(kind="event"))
    assert sum(row["n"] for row in filtered) == 3
    assert told(world.operator, fresh=True) == {"reported": 2, "dispatched": 1}
    assert told(world.operator) == {"reported": 2, "dispatched": 1}


def test_lists_of_several_stages_and_departments_are_in_order(world, client):  # noqa: F811
    for stage in (Stage.HANDLING, Stage.DISPATCHED, Stage.HANDLING, Stage.ANSWERED):
        world.case(stage)
    for who, stages in ((world.operator, "handling,dispatched,answered"), (world.worker, "")):
        client.force_login(who)
        whole = client.get(f"/api/v1/cases?stage={stages}").json()["cases"]
        assert len(whole) == 4
        numbers, after = [], ""
        while True:
            query = f"/api/v1/cases?stage={stages}&limit=1" + (f"&after={after}" if after else "")
            page = client.get(query).json()
            numbers += [one["number"] for one in page["cases"]]
            after = page["next"]
            if not after:
                break
        assert numbers == [one["number"] for one in whole]
        due = [one["due"] or "9" for one in whole]
        assert due == sorted(due)
