"""Regions cut by processes of this machine.

Not `concurrent.futures`: its pool cannot end a running worker, and loses everything with one
that dies.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Generator, Iterator
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Self

from gridding.errors import GridError
from gridding.mapping import Outcome, Task, answer, opened

# A fork server: forking a process with threads (a web worker) can lock up for ever.
_CONTEXT = multiprocessing.get_context("forkserver")
# Where the fork server cannot find the package, or runs already, processes load it themselves.
_CONTEXT.set_forkserver_preload(["gridding.warm"])


def _serve(connection: Connection) -> None:
    """Answer messages until the other end is gone, be it closed or killed."""
    # The main process decides what an interrupt from the keyboard means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            connection.send_bytes(answer(connection.recv_bytes()))
    except (EOFError, ConnectionError):
        return


class _Job:
    """A task as it is sent; kept until it is answered."""

    def __init__(self, task: Task) -> None:
        self.number, self.code, self.message = task.number, task.code, task.message()
        self.lost = False


class _Worker:
    """A process, the connection to it, and what it is at."""

    def __init__(self) -> None:
        self.connection, there = _CONTEXT.Pipe()
        self.job: _Job | None = None
        self.process = _CONTEXT.Process(target=_serve, args=(there,), daemon=True)
        self.process.start()
        there.close()

    def give(self, job: _Job) -> None:
        self.job = job
        try:
            self.connection.send_bytes(job.message)
        except ConnectionError:
            # It has died; the answer, which will be missing, says so.
            return

    def stop(self) -> None:
        """End the process at once: nothing of it is needed any more."""
        self.process.kill()
        self.process.join()
        self.connection.close()


class _Queue:
    """Jobs in order; last, and each alone, those whose worker died.

    Alone, since the usual cause is that memory did not suffice for several.
    """

    def __init__(self, tasks: Iterator[Task]) -> None:
        self._tasks = tasks
        self._ready: _Job | None = None
        self._lost: list[_Job] = []

    def prepare(self) -> None:
        """Have the next job ready, so that no worker waits for its making."""
        if self._ready is None and (task := next(self._tasks, None)) is not None:
            self._ready = _Job(task)

    def take(self, alone: bool) -> _Job | None:
        """Return the next job, if there is one that may begin now."""
        self.prepare()
        job, self._ready = self._ready, None
        return self._lost.pop(0) if job is None and self._lost and alone else job

    def lose(self, job: _Job, exit_code: int | None) -> None:
        """Put back a job whose worker died; refuse the second time."""
        if job.lost:
            raise GridError(
                "E-GRID-WORKER",
                f"Community {job.code}: the process that cut it died twice (exit code {exit_code}, "
                "-9 is often lack of memory); give the machine more memory, or split the "
                "community.",
                job.code,
            )
        job.lost = True
        self._lost.append(job)


class Processes:
    """So many processes, which begin to load the engine when the context is entered."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        self._workers = [_Worker() for _ in range(self._count)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.stop()

    def run(self, tasks: Iterator[Task]) -> Generator[Outcome]:
        """Give the number of each task with its cut, or what it raised, as they come.

        There are never more than one task a process and one more under way.

        Raises
        ------
        GridError
            ``E-GRID-WORKER`` when a region's process died, and died again with the region alone.
        """
        queue = _Queue(tasks)
        while True:
            self._hand_out(queue)
            busy = {w.connection: (w, w.job) for w in self._workers if w.job is not None}
            if not busy:
                return
            queue.prepare()
            for connection in wait(list(busy)):
                yield from self._collect(*busy[connection], queue)  # type: ignore[index]

    def _hand_out(self, queue: _Queue) -> None:
        for worker in self._workers:
            if worker.job is None:
                job = queue.take(alone=all(w.job is None for w in self._workers))
                if job is None:
                    return
                worker.give(job)

    def _collect(self, worker: _Worker, job: _Job, queue: _Queue) -> Generator[Outcome]:
        worker.job = None
        try:
            message = worker.connection.recv_bytes()
        except (EOFError, ConnectionError):
            worker.stop()
            self._workers[self._workers.index(worker)] = _Worker()
            queue.lose(job, worker.process.exitcode)
            return
        # The worker goes on before its answer is read here.
        self._hand_out(queue)
        yield job.number, opened(message)
