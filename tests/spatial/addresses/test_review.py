"""What a person decides about a row, and that the next list finds it so."""

from __future__ import annotations

import pytest

from spatial.addresses.models import BatchRow
from spatial.addresses.services import review
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.gazetteer.corrections import DATASET
from spatial.basemap.models import Place, PlaceName
from spatial.core.errors import WanmiError
from spatial.core.models import AuditEntry
from tests.webmap.factories import NORTH, STEP_LAT, STEP_LON, WEST

HERE = WEST + 2.5 * STEP_LON, NORTH - 0.5 * STEP_LAT


def state(row: BatchRow) -> tuple[str, int | None]:
    return row.state, row.choice


def verdicts(run) -> list[str]:
    return list(run.rows.values_list("verdict", flat=True))


def corrections() -> list[tuple[str, str]]:
    given = PlaceName.objects.filter(kind="correction").order_by("text")
    return list(given.values_list("text", "place__name"))


def test_the_first_candidate_accepted_teaches_nothing(find_list, table, user):
    run = find_list(table())
    row = review.choose(run, 2, 0, user)
    assert state(row) == ("accepted", 0)
    assert row.decided_by == user and row.decided_at
    assert corrections() == []


def test_the_same_file_twice(find_list, table, user):
    path = table(["新华书店", "老九爷府后门", "东长安街19号旁边小门", "东长安街18号"])
    first = find_list(path)
    assert verdicts(first) == ["ambiguous", "none", "partial", "exact"]
    east = first.rows.get(number=1).candidates[1]
    review.choose(first, 1, 1, user)
    review.put(first, 2, *HERE, user)
    review.put(first, 3, *HERE, user)
    second = find_list(path)
    assert verdicts(second) == ["exact"] * 4
    best = [row.candidates[0] for row in second.rows.all()]
    assert best[0]["place"] == east["place"]
    assert (best[0]["lon"], best[0]["grid"]) == (east["lon"], east["grid"])
    assert (best[1]["lon"], best[1]["lat"]) == pytest.approx(HERE)
    assert (best[1]["name"], best[1]["grid"]) == ("老九爷府后门", "110101001001003")
    # No road was made of the text that looks like an address, even when all is built anew.
    build_gazetteer(afresh=True)
    assert not Place.objects.filter(level=6, name__contains="小门").exists()
    assert verdicts(find_list(path)) == ["exact"] * 4
    named = AuditEntry.objects.filter(action="place.named")
    assert {(entry.actor_name, entry.detail["text"]) for entry in named} == {
        ("reviewer", "新华书店"),
        ("reviewer", "老九爷府后门"),
        ("reviewer", "东长安街19号旁边小门"),
    }


def test_a_place_set_by_hand(find_list, table, user):
    run = find_list(table())
    row = review.put(run, 4, *HERE, user)
    assert state(row) == ("placed", None)
    assert (row.hand["grid"], row.hand["community"]) == ("110101001001003", "110101001001")
    assert row.correction.place.dataset.name == DATASET
    assert row.correction.place.community_code == "110101001001"
    assert corrections() == [("老九爷府后门", "老九爷府后门")]


def test_undo_takes_the_correction_back(find_list, table, user):
    run = find_list(table())
    before = Place.objects.count()
    review.choose(run, 3, 1, user)
    review.put(run, 4, *HERE, user)
    assert Place.objects.count() == before + 1
    assert state(review.undo(run, 3, user)) == ("open", None)
    row = review.undo(run, 4, user)
    assert (row.state, row.hand, row.decided_by) == ("open", None, None)
    assert corrections() == [] and Place.objects.count() == before
    assert AuditEntry.objects.filter(action="place.unnamed").count() == 2
    assert verdicts(find_list(table()))[2:4] == ["ambiguous", "none"]


def test_another_decision_replaces_the_first(find_list, table, user):
    run = find_list(table())
    review.choose(run, 3, 1, user)
    review.put(run, 3, *HERE, user)
    assert corrections() == [("新华书店", "新华书店")]
    row = review.choose(run, 3, 0, user)
    assert (state(row), row.hand, corrections()) == (("accepted", 0), None, [])


def test_rows_of_one_text_stand_on_one_correction(find_list, table, user):
    run = find_list(table(["新华书店", "新华 书店"]))
    for number in (1, 2):
        review.choose(run, number, 1, user)
    assert len(corrections()) == 1
    review.undo(run, 1, user)
    assert len(corrections()) == 1
    review.undo(run, 2, user)
    assert corrections() == []


def test_a_later_correction_takes_the_place_of_an_earlier_one(find_list, table, user):
    run = find_list(table(["老九爷府后门", "老九爷府后门"]))
    review.put(run, 1, *HERE, user)
    review.put(run, 2, HERE[0] + STEP_LON, HERE[1], user)
    assert len(corrections()) == 1
    again = find_list(table(["老九爷府后门"]))
    assert again.rows.get().candidates[0]["lon"] == pytest.approx(HERE[0] + STEP_LON)


@pytest.mark.parametrize("text", ["116.4018,39.91865", "<b>1</b>号", "", "长" * 201])
def test_what_is_no_name_is_placed_but_not_learned(find_list, table, user, text):
    run = find_list(table([text]))
    row = review.put(run, 1, *HERE, user)
    assert (row.state, row.correction) == ("placed", None)
    assert corrections() == []


def test_an_interpolated_candidate_becomes_a_place_of_its_own(find_list, table, user, town):
    run = find_list(table(["东长安街20号"]))
    row = run.rows.get()
    row.candidates = [{**row.candidates[0], "score": 0.5}, row.candidates[0]]
    row.save()
    kept = review.choose(run, 1, 1, user)
    assert kept.correction.place.dataset.name == DATASET


def test_what_cannot_be_decided(find_list, table, user):
    run = find_list(table())

    def code_of(act, *values) -> str:
        with pytest.raises(WanmiError) as caught:
            act(run, *values, user)
        return caught.value.code

    assert code_of(review.choose, 3, 9) == "E-BATCH-CANDIDATE"
    assert code_of(review.choose, 4, 0) == "E-BATCH-CANDIDATE"
    assert code_of(review.choose, 99, 0) == "E-BATCH-ROW"
    assert code_of(review.undo, 1) == "E-BATCH-STATE"
