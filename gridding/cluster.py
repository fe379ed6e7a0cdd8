"""Regions cut by the workers of a Dask cluster, which may be on many machines."""

from __future__ import annotations

import queue
from collections.abc import Generator, Iterator
from types import TracebackType
from typing import Any, Self

from gridding.errors import GridError
from gridding.mapping import Outcome, Task, answer, opened
from gridding.versions import require_versions, versions

CONNECT_S = 5.0
# A worker that died is begun again by its nanny in a few seconds.
WORKERS_S = 20.0
# So that a worker has its next region at hand when it has finished one.
_AHEAD = 2


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise GridError(
            "E-GRID-NODASK",
            "A scheduler was given, but the package distributed is missing; "
            "pip install distributed.",
        ) from error
    return distributed


def answer_as(wanted: dict[str, str], message: bytes) -> bytes:
    """Do as `answer`, on a worker that may have joined after the others were looked at."""
    require_versions(wanted, versions(), "A worker")
    return answer(message)


class Cluster:
    """The workers of a scheduler; connected and compared when the context is entered.

    Parameters
    ----------
    address : str
        Of the scheduler, ``tcp://HOST:PORT``.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Any = None
        self._held: dict[Any, Task] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        """Connect.

        Raises
        ------
        GridError
            ``E-GRID-NODASK``, ``E-GRID-SCHEDULER`` or ``E-GRID-VERSIONS``.
        """
        distributed = _distributed()
        try:
            self._client = distributed.Client(
                self._address, timeout=CONNECT_S, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise self._unreachable("does not answer") from error
        try:
            self._compare()
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Workers finish the region they are at; what comes of it goes nowhere.
        if self._client.status == "running":
            self._client.cancel(list(self._held), force=True)
        self._held.clear()
        self._client.close()

    def _unreachable(self, what: str) -> GridError:
        return GridError(
            "E-GRID-SCHEDULER",
            f"The scheduler at {self._address} {what}; check the address, and that dask scheduler "
            "and dask worker run.",
        )

    def _compare(self) -> None:
        """Refuse workers that could give other bytes."""
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError as error:
            raise self._unreachable("has no workers") from error
        for worker, found in self._client.run(versions, on_error="return").items():
            if isinstance(found, Exception):
                raise _no_engine(worker, found)
            require_versions(versions(), found, f"Worker {worker}")

    def run(self, tasks: Iterator[Task]) -> Generator[Outcome]:
        """Give the number of each task with its cut, or what it raised, as they come.

        There are never more than two tasks a thread of the workers under way. What a worker
        held that died is cut by another.

        Raises
        ------
        GridError
            ``E-GRID-WORKER`` where several workers in turn died of a region, ``E-GRID-SCHEDULER``
            when scheduler or workers are lost, ``E-GRID-VERSIONS`` when a worker joins that
            could give other bytes.
        """
        while True:
            room = max(1, _AHEAD * self._threads())
            while len(self._held) < room and (task := next(tasks, None)) is not None:
                self._submit(task)
            if not self._held:
                return
            future = self._next_done()
            message = self._result(future)
            yield self._held.pop(future).number, opened(message)

    def _threads(self) -> int:
        """How many threads the workers have that there are now."""
        if self._client.status != "running":
            # Even if it connects again, the scheduler no longer knows what was under way.
            raise self._unreachable("was lost")
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError) as error:
            raise self._unreachable("was lost") from error

    def _submit(self, task: Task) -> None:
        # With its input, which the scheduler keeps: then another worker can do it again.
        future = self._client.submit(answer_as, versions(), task.message(), pure=False)
        self._held[future] = task
        future.add_done_callback(self._done.put)

    def _next_done(self) -> Any:
        while True:
            try:
                return self._done.get(timeout=WORKERS_S)
            except queue.Empty:
                if not self._threads():
                    raise self._unreachable("has no workers left") from None

    def _result(self, future: Any) -> bytes:
        distributed, code = _distributed(), self._held[future].code
        try:
            message: bytes = future.result(timeout=WORKERS_S)
        except distributed.KilledWorker as error:
            raise GridError(
                "E-GRID-WORKER",
                f"Community {code}: every worker that cut it died; give workers more memory, or "
                "split the community.",
                code,
            ) from error
        except (ImportError, AttributeError) as error:
            raise _no_engine("that joined", error) from error
        except (distributed.CancelledError, OSError, TimeoutError) as error:
            raise self._unreachable("was lost") from error
        return message


def _no_engine(worker: str, error: Exception) -> GridError:
    return GridError(
        "E-GRID-VERSIONS",
        f"Worker {worker} cannot load the engine ({error}); start it where the package gridding "
        "and its libraries are, in the same versions as here.",
    )
