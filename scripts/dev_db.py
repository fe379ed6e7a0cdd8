#!/usr/bin/env python3
"""A private PostgreSQL + PostGIS cluster for development and tests.

    scripts/dev_db.py start|stop|status|url [--name DATABASE]

It listens on a Unix socket only, in a folder that only its owner may enter. As root it runs as the
user ``postgres``, because PostgreSQL refuses to run as root. With DATABASE_URL set nothing is
started and that address is used. Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pwd
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import debian

ROOT = Path(__file__).resolve().parents[1]
STATE = Path(os.environ.get("WANMI_STATE_DIR") or ROOT / ".state")
NEEDED = ["postgresql-15", "postgresql-15-postgis-3"]
OLDEST = 15
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
}


def as_root() -> bool:
    return os.geteuid() == 0


def fail(code: str, message: str) -> None:
    sys.exit(f"{code}: {message}")


def find_bin() -> Path | None:
    """The newest PostgreSQL of at least OLDEST whose PostGIS is installed."""
    base = Path("/usr/lib/postgresql")
    versions = sorted((int(p.name) for p in base.glob("[0-9]*")), reverse=True)
    for version in versions:
        control = Path(f"/usr/share/postgresql/{version}/extension/postgis.control")
        library = any((base / f"{version}/lib").glob("postgis-*.so"))
        server = (base / f"{version}/bin/initdb").exists()
        if version >= OLDEST and server and library and control.exists():
            return base / f"{version}/bin"
    return None


def installed() -> Path:
    """The server's programs, installed from Debian's packages when they are missing and may be."""
    what = f"PostgreSQL {OLDEST}+ with PostGIS (or DATABASE_URL for one that runs elsewhere)"
    debian.ensure(NEEDED, lambda: find_bin() is not None, "E-DB-MISSING", what)
    found = find_bin()
    assert found is not None
    return found


def reachable(folder: Path) -> bool:
    """Whether user postgres can walk down to ``folder``."""
    return all(p.stat().st_mode & 0o001 for p in folder.parents if p.exists())


def mark() -> str:
    return hashlib.sha256(str(STATE.resolve()).encode()).hexdigest()[:10]


def data_folder() -> Path:
    """In the state folder; as root elsewhere if user postgres cannot get there."""
    if as_root() and not reachable(STATE.resolve() / "pg"):
        return Path(f"/var/lib/wanmi-{mark()}/pg")
    return STATE.resolve() / "pg"


def socket_folder() -> Path:
    """Short, since a socket's path may hold only 107 bytes, and the owner's alone."""
    return Path(f"/tmp/wanmi-pg-{mark()}")


def run(words: list[str], **more) -> subprocess.CompletedProcess:
    """Run a database program as the cluster's owner."""
    if as_root():
        words = ["runuser", "-u", "postgres", "--", *words]
    return subprocess.run(words, text=True, cwd="/", **more)


def own(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if as_root():
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)


def create(bin_: Path, data: Path) -> None:
    own(data)
    words = ["-D", str(data), "-U", "wanmi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    done = run([str(bin_ / "initdb"), *words], capture_output=True)
    if done.returncode:
        fail("E-DB-INIT", f"initdb failed in {data}: {done.stderr.strip()}")
    extra = "".join(f"{k} = '{v}'\n" for k, v in SETTINGS.items())
    with (data / "postgresql.auto.conf").open("a") as conf:
        conf.write(extra)


def alive(bin_: Path) -> bool:
    words = [str(bin_ / "pg_isready"), "-q", "-h", str(socket_folder()), "-U", "wanmi"]
    return subprocess.run(words).returncode == 0


def start() -> None:
    """Create the cluster if there is none and start it if it is down."""
    bin_ = installed()
    data = data_folder()
    if not (data / "PG_VERSION").exists():
        create(bin_, data)
    if alive(bin_):
        return
    own(socket_folder())
    log = data / "server.log"
    opts = f"-k {socket_folder()}"
    done = run(
        [str(bin_ / "pg_ctl"), "-D", str(data), "-l", str(log), "-o", opts, "-w", "start"],
        capture_output=True,
    )
    if done.returncode:
        tail = "\n".join(log.read_text().splitlines()[-5:]) if log.exists() else ""
        fail("E-DB-START", f"the database did not start; see {log}\n{done.stderr}{tail}")
    for _ in range(50):
        if alive(bin_):
            return
        time.sleep(0.1)
    fail("E-DB-START", f"the database does not answer; see {log}")


def ensure_database(name: str) -> None:
    bin_ = find_bin()
    psql = [str(bin_ / "psql"), "-X", "-q", "-A", "-t", "-h", str(socket_folder()), "-U", "wanmi"]
    ask = [*psql, "-d", "postgres", "-c", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"]
    if "1" not in subprocess.run(ask, text=True, capture_output=True, check=True).stdout:
        subprocess.run([*psql, "-d", "postgres", "-c", f'CREATE DATABASE "{name}"'], check=True)


def stop() -> None:
    bin_ = find_bin()
    if bin_ and alive(bin_):
        run(
            [str(bin_ / "pg_ctl"), "-D", str(data_folder()), "-m", "fast", "-w", "stop"],
            capture_output=True,
            check=True,
        )


def url(name: str) -> str:
    return f"postgis://wanmi@{quote(str(socket_folder()), safe='')}/{name}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=["start", "stop", "status", "url"])
    parser.add_argument("--name", default="wanmi", help="database (default: wanmi)")
    args = parser.parse_args()
    given = os.environ.get("DATABASE_URL")
    if args.action in {"start", "url"}:
        if not given:
            start()
            ensure_database(args.name)
        print(given or url(args.name))
    elif args.action == "stop":
        if not given:
            stop()
    else:
        bin_ = find_bin()
        print("up" if given or (bin_ and alive(bin_)) else "down")


if __name__ == "__main__":
    main()
