"""Proves that nothing hangs: no transaction without its program, no job without its worker."""

from __future__ import annotations

from spatial.core.jobs import Progress, silent, without_worker
from spatial.core.models import Job
from spatial.core.proof import Proof, judge, one_state

LEFT_AFTER_S = 3600
"""A transaction that does nothing for so long was left: long work counts between statements."""

TRANSACTIONS = {
    "idle": "a program left its transaction open; end it with pg_terminate_backend(pid)",
    "prepared": "a prepared transaction waits; end it with ROLLBACK PREPARED",
}
JOBS = {"dead": "a job says that it runs and has no worker; run resume_jobs"}

# A transaction of another database holds back nothing of this one.
_TRANSACTIONS = """
SELECT 'pid ' || a.pid || ' since ' || date_trunc('second', a.xact_start) AS key,
    a.state LIKE 'idle in transaction%%'
        AND clock_timestamp() - a.state_change > make_interval(secs => %(left)s) AS idle,
    false AS prepared
FROM pg_stat_activity a
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL
UNION ALL
SELECT p.gid, false, true FROM pg_prepared_xacts p WHERE p.database = current_database()
"""


def prove_transactions(_progress: Progress = silent) -> Proof:
    """Look for transactions that nobody ends."""
    with one_state() as cursor:
        return judge(cursor, _TRANSACTIONS, TRANSACTIONS, {"left": LEFT_AFTER_S})


def prove_jobs(_progress: Progress = silent) -> Proof:
    """Look for jobs that say they run and do not."""
    proof = Proof(Job.objects.filter(state=Job.State.RUNNING).count())
    dead = without_worker()
    proof.fault("dead", len(dead), (f"{job.kind} {job.pk}" for job in dead))
    return proof
