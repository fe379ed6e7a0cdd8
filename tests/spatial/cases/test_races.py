"""Several people at once, a device that sends twice, and a process that is killed."""

import json
import os
import select
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Barrier, Event, Thread
from uuid import uuid4

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import Attachment, Case, CaseEvent
from spatial.cases.selectors import events_of
from spatial.cases.services.checking import check_cases
from spatial.cases.services.given import Given
from spatial.cases.services.moving import make_move
from spatial.cases.services.reporting import report
from spatial.cases.stages import Stage
from spatial.core.errors import WanmiError
from tests.spatial.cases.conftest import SHOT

ROOT = Path(__file__).resolve().parents[3]


def together(count, work):
    """Run ``work(i)`` in as many threads at the same moment; what each gave or was refused with."""
    gate, found = Barrier(count), [None] * count

    def run(i):
        try:
            gate.wait()
            found[i] = work(i)
        except WanmiError as error:
            found[i] = (error.code, error.status)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[i]) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_dispatchers_at_once_one_wins_and_the_others_are_told(real_world):
    world = real_world
    case = world.case(Stage.FILED)
    bodies = [world.lamps.pk, world.roads.pk]

    def work(i):
        given = Given(department=bodies[i % 2])
        return make_move(world.dispatcher, case.pk, "dispatch", given, seen=case.step).move

    found = together(6, work)
    assert Counter(found) == {"dispatch": 1, ("E-CASE-STALE", 409): 5}
    assert events_of(case).filter(move="dispatch").count() == 1
    now = Case.objects.get(pk=case.pk)
    assert (now.stage, now.step) == ("dispatched", case.step + 1)
    assert now.department_id == events_of(case).last().department_id


def test_the_same_report_from_many_threads_is_one_case(real_world):
    key, sent = uuid4(), real_world.sent(photos=(SHOT,))
    found = together(6, lambda i: report(real_world.inspector, sent, key=key).pk)
    assert len(set(found)) == 1
    assert (Case.objects.count(), CaseEvent.objects.count()) == (1, 1)
    assert Attachment.objects.count() == 1


def test_parallel_reports_have_numbers_of_their_own(real_world):
    found = together(8, lambda i: [real_world.report().number for _n in range(10)])
    numbers = [number for part in found for number in part]
    assert len(set(numbers)) == 80
    assert CaseEvent.objects.filter(step=1, move="report").count() == 80


def test_two_cases_merged_into_each_other_at_once(real_world):
    world = real_world
    one, other = world.report(), world.report()
    pairs = [(one, other), (other, one)]
    found = together(
        2, lambda i: make_move(world.operator, pairs[i][0].pk, "merge",
                               Given(into=pairs[i][1].pk)).move,
    )  # fmt: skip
    assert Counter(found) == {"merge": 1, ("E-CASE-INTO", 400): 1}


def test_the_last_two_parts_done_at_once_end_the_whole_once(real_world):
    world = real_world
    case = world.case(Stage.DIVIDED)
    lamp, road = case.tasks.order_by("pk")
    who = [(world.worker, lamp), (world.other_worker, road)]

    def work(i):
        user, part = who[i]
        return make_move(user, case.pk, "answer_part", Given(part=part.pk, photos=(SHOT,))).move

    assert together(2, work) == ["answer_part"] * 2
    assert events_of(case).filter(move="parts_done").count() == 1
    assert Case.objects.get(pk=case.pk).stage == Stage.ANSWERED


def listener():
    settings = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    plain = psycopg2.connect(**{n: settings[n] for n in names if settings.get(n)})
    plain.autocommit = True
    with plain.cursor() as cursor:
        cursor.execute("LISTEN cases")
    return plain


def heard(plain, wait_s):
    # They may come in pieces: the last has come when none follows for a while.
    while select.select([plain], [], [], wait_s)[0]:
        plain.poll()
        wait_s = 0.5
    return [json.loads(one.payload) for one in plain.notifies]


def test_moves_are_told_when_they_are_kept_and_only_then(real_world):
    world = real_world
    case, plain = world.case(Stage.FILED), listener()
    try:
        with pytest.raises(WanmiError):
            make_move(world.dispatcher, case.pk, "dispatch", Given(department=0))
        make_move(world.dispatcher, case.pk, "dispatch", Given(department=world.lamps.pk))
        told = heard(plain, 10)
    finally:
        plain.close()
    assert [(one["case"], one["move"], one["stage"]) for one in told] == [
        (case.pk, "dispatch", "dispatched")
    ]
    assert (told[0]["number"], told[0]["departments"]) == (case.number, [world.lamps.pk])


KILLED = """
import sys, time
import django
django.setup()
from django.contrib.auth import get_user_model
from spatial.cases.services import moving
from spatial.cases.services.given import Given
user = get_user_model().objects.get(username="dispatcher")
def wait(*words):
    print("written", flush=True)
    time.sleep(600)
moving.sendings.settle = wait
moving.make_move(user, int(sys.argv[1]), "dispatch", Given(department=int(sys.argv[2])))
"""


def test_a_process_killed_in_the_middle_leaves_no_event(real_world):
    """Everything is written and nothing committed when it dies; its locks go with it."""
    world = real_world
    case = world.case(Stage.FILED)
    before = Case.objects.filter(pk=case.pk).values().get()
    params = connection.settings_dict
    address = f"postgis://{params['USER']}@/{params['NAME']}?host={params['HOST']}"
    if params["PORT"]:
        address += f"&port={params['PORT']}"
    env = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "webmap.settings.dev"}
    words = [sys.executable, "-c", KILLED, str(case.pk), str(world.lamps.pk)]
    with subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "written\n"
        child.send_signal(signal.SIGKILL)
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert events_of(case).last().move == "file"
    make_move(world.dispatcher, case.pk, "dispatch", Given(department=world.lamps.pk))
    assert events_of(case).filter(move="dispatch").count() == 1


def test_a_month_is_made_once_however_many_ask_at_once(transactional_db):
    def make(_i):
        with connection.cursor() as cursor:
            cursor.execute("SELECT cases_add_month('2031-05-01')")
            return cursor.fetchone()[0]

    try:
        assert Counter(together(8, make)) == {True: 1, False: 7}
    finally:
        with connection.cursor() as cursor:
            for table in ("cases_caseevent", "cases_case"):
                cursor.execute(f"ALTER TABLE {table} DETACH PARTITION {table}_203105")
                cursor.execute(f"DROP TABLE {table}_203105")


def test_a_report_on_a_day_that_is_being_made_up_gets_a_number_of_its_own(real_world):
    """The run holds its month uncommitted while live reports come in; none waits, none collides."""
    written, reported, told = Event(), Event(), []

    def hold(done, _of, _what):
        if done and not written.is_set():
            written.set()
            reported.wait(60)

    def make():
        try:
            told.append(make_cases(Wanted(("110101",), 400, days=1, until=today), progress=hold))
        finally:
            written.set()
            connection.close()

    today = timezone.localdate()
    # As far as the sequence has come, the next numbers are those after the highest of the day.
    first = real_world.report().pk
    run = Thread(target=make)
    run.start()
    assert written.wait(60)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '10s'")
    try:
        live = [real_world.report().pk for _n in range(30)]
    finally:
        reported.set()
        run.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    assert told and told[0]["cases"] > 0
    keys = set(Case.objects.values_list("pk", flat=True))
    assert {first, *live} <= keys and len(keys) == told[0]["cases"] + 31
    assert not check_cases().faults
    assert real_world.report().pk not in keys
