"""Regions cut by other processes: killed, cancelled, of other versions; the bytes stay."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from multiprocessing import active_children

import psutil
import pytest
import shapely

from gridding import GridError, GridRules, cluster, make_grids
from gridding.canonical import canonical_features, canonical_regions
from gridding.cluster import Cluster
from gridding.mapping import Tasks, cut_all
from gridding.processes import Processes
from gridding.versions import require_versions, versions
from tests.gridding.test_exact import fingerprint
from tests.gridding.towns import make_town

RULES = GridRules(target_area_m2=4_000.0)


class Stop(Exception):
    """Raised by a progress callback to cancel."""


@pytest.fixture(scope="module")
def town():
    return make_town(11, columns=4, rows=3, size_m=240.0)


@pytest.fixture(scope="module")
def expected(town):
    return fingerprint(make_grids(town.communities, town.features, RULES))


def cut(town, **how):
    return fingerprint(make_grids(town.communities, town.features, RULES, **how))


def gone(pids, seconds=10.0):
    """Whether processes end within some seconds."""
    alive = [psutil.Process(p) for p in pids if psutil.pid_exists(p)]
    return psutil.wait_procs(alive, timeout=seconds)[1] == []


def kill_one_of(pids):
    """Return a callback that kills one process after the first region, and what it saw."""
    seen = []

    def progress(done, total):
        if done == 1:
            os.kill(pids()[0], signal.SIGKILL)
        seen.append((done, total))

    return progress, seen


def children():
    return [p.pid for p in active_children()]


def test_a_killed_process_loses_nothing(town, expected):
    progress, seen = kill_one_of(children)
    assert cut(town, workers=2, progress=progress) == expected
    assert seen == [(k, 12) for k in range(1, 13)]
    assert children() == []


def test_a_region_that_kills_twice_is_named(town):
    """Every process is killed that there is, so that no region gets done."""
    ground, _ = canonical_features(town.features, RULES)
    regions = canonical_regions(town.communities)

    def tasks():
        yield from list(Tasks(regions, ground, RULES))[:1]

    class Deadly(Processes):
        def _hand_out(self, queue):
            super()._hand_out(queue)
            for worker in self._workers:
                if worker.job is not None:
                    worker.process.kill()

    with pytest.raises(GridError) as caught, Deadly(2) as way:
        list(way.run(tasks()))
    assert caught.value.code == "E-GRID-WORKER"
    largest = max(regions, key=lambda r: r.polygon.area)
    assert caught.value.community == largest.code
    assert "-9" in caught.value.message
    assert children() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_what_progress_raises_cancels(town, workers):
    pids = []

    def progress(done, total):
        pids.extend(children())
        raise Stop

    with pytest.raises(Stop):
        make_grids(town.communities, town.features, RULES, workers=workers, progress=progress)
    assert len(pids) == (2 if workers == 2 else 0)
    assert gone(pids, 0.0)


def test_processes_end_with_their_main_process():
    program = (
        "import sys, time\n"
        "from multiprocessing import active_children\n"
        "from gridding.processes import Processes\n"
        "if __name__ == '__main__':\n"
        "    with Processes(2):\n"
        "        print(*[p.pid for p in active_children()], flush=True)\n"
        "        time.sleep(60)\n"
    )
    main = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pids = [int(p) for p in main.stdout.readline().split()]
    assert len(pids) == 2 and all(psutil.pid_exists(p) for p in pids)
    main.kill()
    main.communicate()
    assert gone(pids)


def test_inputs_are_made_when_there_is_room(town):
    ground, _ = canonical_features(town.features, RULES)
    regions = canonical_regions(town.communities)
    given, areas, ahead = 0, [], []

    def watched():
        nonlocal given
        for task in Tasks(regions, ground, RULES):
            given += 1
            areas.append(task.region.polygon.area)
            yield task

    with Processes(2) as way:
        for done, _ in enumerate(way.run(watched())):
            ahead.append(given - done)
    # Two at work when the first came, one given in its place, one made ready.
    assert len(ahead) == 12 and max(ahead) <= 4
    assert areas == sorted(areas, reverse=True)


def test_the_first_error_in_order_is_raised_whoever_comes_first(town):
    """The largest region fails late, the second at once: the largest is named."""
    ground, _ = canonical_features(town.features, RULES)
    regions = canonical_regions(town.communities)
    order = sorted(range(12), key=lambda i: -regions[i].polygon.area)

    late = GridRules(target_area_m2=4_000.0)
    object.__setattr__(late, "prices", None)

    class Spoilt(Processes):
        def run(self, tasks):
            return super().run(self._spoil(tasks))

        def _spoil(self, tasks):
            for task, rules in zip(tasks, (late, None), strict=False):
                task.rules = rules
                yield task

    with pytest.raises(AttributeError) as caught, Spoilt(2) as way:
        cut_all(way, regions, ground, RULES, lambda done, total: None)
    assert f"in community {regions[order[0]].code}" in caught.value.__notes__[0]
    assert "class_prices" in caught.value.__notes__[0]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def running(*words, **how):
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **how,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(tmp_path):
    port, file = free_port(), tmp_path / "scheduler.json"
    words = ["scheduler", "--host", "127.0.0.1", "--port", str(port)]
    with running(*words, "--no-dashboard", "--scheduler-file", str(file)) as process:
        deadline = time.monotonic() + 20
        while not file.exists():
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.05)
        yield f"tcp://127.0.0.1:{port}", process


def worker(address, tmp_path, **how):
    words = ["worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    return running(*words, "--host", "127.0.0.1", "--local-directory", str(tmp_path), **how)


def test_a_killed_worker_of_a_cluster_loses_nothing(town, expected, scheduler, tmp_path):
    address, _ = scheduler
    with worker(address, tmp_path) as one, worker(address, tmp_path) as two:
        with Cluster(address) as way:
            way._client.wait_for_workers(2, timeout=20)
        progress, seen = kill_one_of(lambda: [one.pid])
        assert cut(town, scheduler=address, progress=progress) == expected
        assert seen == [(k, 12) for k in range(1, 13)]
        assert one.wait(5) == -signal.SIGKILL and two.poll() is None

        def stop(done, total):
            raise Stop

        with pytest.raises(Stop):
            make_grids(town.communities, town.features, RULES, scheduler=address, progress=stop)
        # The worker that is left is free for others again.
        small = make_town(5, columns=1, size_m=150.0)
        assert cut(small, scheduler=address) == cut(small)
    assert gone([one.pid, two.pid], 0.0)


def test_a_lost_scheduler_is_an_error(town, scheduler, tmp_path):
    address, process = scheduler

    def progress(done, total):
        process.kill()

    with worker(address, tmp_path), pytest.raises(GridError) as caught:
        make_grids(town.communities, town.features, RULES, scheduler=address, progress=progress)
    assert caught.value.code == "E-GRID-SCHEDULER"
    assert address in caught.value.message


def test_a_worker_with_another_engine_is_refused(town, scheduler, tmp_path):
    """A worker that finds another package of this name first."""
    address, _ = scheduler
    other = tmp_path / "gridding"
    other.mkdir()
    (other / "__init__.py").write_text("ENGINE_VERSION = 0\n")
    with (
        worker(address, tmp_path, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}),
        pytest.raises(GridError) as caught,
    ):
        make_grids(town.communities, town.features, RULES, scheduler=address)
    assert caught.value.code == "E-GRID-VERSIONS"


def test_other_versions_are_named():
    require_versions(versions(), versions(), "A worker")
    with pytest.raises(GridError) as caught:
        require_versions(versions(), {**versions(), "geos": "3.1"}, "Worker 7")
    assert caught.value.code == "E-GRID-VERSIONS"
    assert "Worker 7 has geos 3.1 for " + shapely.geos_version_string in caught.value.message


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "nonsense"])
def test_no_scheduler(town, address, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_S", 1.0)
    with pytest.raises(GridError) as caught:
        make_grids(town.communities, town.features, scheduler=address.format(port=free_port()))
    assert caught.value.code == "E-GRID-SCHEDULER"


def test_without_dask_the_message_says_what_to_install(town, tmp_path):
    program = (
        "import sys; sys.modules['distributed'] = None\n"
        "from gridding.cluster import Cluster\n"
        "Cluster('tcp://127.0.0.1:1').__enter__()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "E-GRID-NODASK: " in done.stderr and "pip install distributed" in done.stderr
