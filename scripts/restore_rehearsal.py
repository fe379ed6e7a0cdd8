#!/usr/bin/env python3
"""Rehearses the way back to a minute before a mistake, on a cluster that goes afterwards.

    scripts/restore_rehearsal.py [--json]

PostgreSQL archives its log while it runs; `pg_basebackup` copies it. Then more is written, a report
is made, and a mistake deletes rows. A second server is made of the copy and the archive, and
goes forward to the time before the mistake. Its report must be the one of that time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import dev_db  # noqa: E402
from bench.load.cluster import Cluster  # noqa: E402

ARCHIVED_WITHIN_S = 60
REPORT = """
import json
from django.db import connection, transaction
from spatial.core.backup import report
with transaction.atomic(), connection.cursor() as cursor:
    print(json.dumps({"tables": report.tables(cursor), "sequences": report.sequences(cursor)}))
"""
PEOPLE = """
from django.contrib.auth.models import User
for n in range({first}, {last}):
    User.objects.create(username=f"person {{n}}")
"""
MISTAKE = "from django.contrib.auth.models import User; User.objects.all().delete()"


def manage(address: str, *words: str) -> str:
    own = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "webmap.settings.dev"}
    done = [sys.executable, "manage.py", *words]
    return subprocess.run(
        done, cwd=ROOT, env=own, text=True, stdout=subprocess.PIPE, check=True
    ).stdout


def people(address: str, first: int, last: int) -> None:
    manage(address, "shell", "--no-imports", "-c", PEOPLE.format(first=first, last=last))


def report(address: str) -> dict:
    return json.loads(manage(address, "shell", "--no-imports", "-c", REPORT).splitlines()[-1])


def ask(socket: Path, *statements: str) -> str:
    """What the last statement tells."""
    words = [str(dev_db.find_bin() / "psql"), "-X", "-q", "-A", "-t", "-h", str(socket)]
    words += ["-U", "wanmi", "-d", "wanmi", "-v", "ON_ERROR_STOP=1"]
    words += [part for statement in statements for part in ("-c", statement)]
    out = subprocess.run(words, text=True, capture_output=True, check=True).stdout
    return out.strip().splitlines()[-1] if out.strip() else ""


def archive_into(folder: Path, cluster: Cluster, socket: Path) -> None:
    dev_db.own(folder)
    ask(
        socket,
        "ALTER SYSTEM SET archive_mode = on",
        f"ALTER SYSTEM SET archive_command = 'test ! -f {folder}/%f && cp %p {folder}/%f'",
    )
    cluster.stop()
    cluster.start()


def wait_for_archive(socket: Path) -> None:
    """Until the log that was being written lies in the archive."""
    wanted = ask(socket, "SELECT pg_walfile_name(pg_switch_wal())")
    end = time.monotonic() + ARCHIVED_WITHIN_S
    while ask(socket, "SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver") < wanted:
        if time.monotonic() > end:
            sys.exit("E-REHEARSAL-ARCHIVE: the log was not archived in time")
        time.sleep(0.3)


def start_at(base: Path, archive: Path, moment: str) -> Path:
    """Start a server from a copy, at a moment; the folder of its socket."""
    with (base / "postgresql.auto.conf").open("a") as conf:
        conf.write(
            f"restore_command = 'cp {archive}/%f %p'\narchive_mode = off\n"
            f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n"
        )
    (base / "recovery.signal").touch()
    socket = base.parent / "socket"
    dev_db.own(socket)
    words = [str(dev_db.find_bin() / "pg_ctl"), "-D", str(base), "-l", str(base / "server.log")]
    dev_db.run([*words, "-o", f"-k {socket}", "-w", "start"], check=True, capture_output=True)
    while ask(socket, "SELECT pg_is_in_recovery()") != "f":
        time.sleep(0.2)
    return socket


def stop(base: Path) -> None:
    words = [str(dev_db.find_bin() / "pg_ctl"), "-D", str(base), "-m", "fast", "-w", "stop"]
    dev_db.run(words, capture_output=True)


def rehearse() -> dict:
    """Go the way; what was compared, and how long the way back took."""
    with Cluster("wanmi") as cluster:
        socket = Path(f"/tmp/wanmi-pg-{mark(cluster.folder)}")
        archive, base = cluster.folder / "archive", cluster.folder / "base"
        archive_into(archive, cluster, socket)
        manage(cluster.address, "migrate", "-v0")
        people(cluster.address, 0, 10)
        dev_db.own(base)
        words = [str(dev_db.find_bin() / "pg_basebackup"), "-h", str(socket), "-U", "wanmi"]
        dev_db.run([*words, "-D", str(base), "-c", "fast", "-X", "stream"], check=True)
        people(cluster.address, 10, 20)
        before = report(cluster.address)
        moment = ask(socket, "SELECT clock_timestamp()")
        manage(cluster.address, "shell", "--no-imports", "-c", MISTAKE)
        left = report(cluster.address)["tables"]["auth_user"]["rows"]
        wait_for_archive(socket)
        cluster.stop()
        begun = time.monotonic()
        back = start_at(base, archive, moment)
        try:
            took_s = time.monotonic() - begun
            after = report(f"postgis://wanmi@{quote(str(back), safe='')}/wanmi")
        finally:
            stop(base)
    rows = [told["tables"]["auth_user"]["rows"] for told in (before, after)]
    return {
        "equal": before["tables"] == after["tables"],
        "people_before": rows[0], "people_after_mistake": left, "people_restored": rows[1],
        "tables": len(before["tables"]), "restore_s": round(took_s, 1),
    }  # fmt: skip


def mark(folder: Path) -> str:
    """What ``dev_db.py`` calls the cluster of a state folder."""
    dev_db.STATE = folder
    return dev_db.mark()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    args = parser.parse_args()
    told = rehearse()
    print(json.dumps(told) if args.json else "\n".join(f"{k:<22} {v}" for k, v in told.items()))
    if not told["equal"]:
        print("E-REHEARSAL-DIFFERS: what was restored is not what there was", file=sys.stderr)
    return 0 if told["equal"] else 1


if __name__ == "__main__":
    sys.exit(main())
