#!/usr/bin/env python3
"""Runs the whole site: database, migrations, demo (once), worker and web server.

    scripts/serve.py [--address 127.0.0.1:8000] [--no-demo]

Ctrl-C stops all that was started here; a database named by DATABASE_URL is left alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")
STOP_WITHIN_S = 15
READY_WITHIN_S = 180


def private_database() -> bool:
    return not os.environ.get("DATABASE_URL")


def start_database() -> None:
    """Start the private cluster and hand its address to every process started here."""
    words = [sys.executable, str(ROOT / "scripts/dev_db.py"), "start"]
    found = subprocess.run(words, text=True, stdout=subprocess.PIPE)
    if found.returncode:
        sys.exit(found.returncode)
    os.environ["DATABASE_URL"] = found.stdout.strip().splitlines()[-1]


def stop_database() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    words = [sys.executable, str(ROOT / "scripts/dev_db.py"), "stop"]
    subprocess.run(words, env=environment, check=False)


def prepare(demo: bool, scale: str) -> None:
    """Migrate, collect static files, load the demo once; in this process, to be quick."""
    import django

    django.setup()
    from django.core.management import call_command

    print("Preparing the database …", flush=True)
    call_command("migrate", verbosity=0)
    collect_static(call_command)
    if demo:
        call_command("load_demo", scale=scale)
    call_command("resume_jobs")


def collect_static(call_command) -> None:
    """Collect only when a static file has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = os.stat(storage.path(path))
            seen.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seen.hexdigest())


def start_processes(address: str) -> list[subprocess.Popen]:
    """Web server and worker, each in a process group of its own so that Ctrl-C reaches us first."""
    web = [sys.executable, "-m", "gunicorn", "webmap.wsgi:application", "--bind", address]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "64"]
    web += ["--log-level", "warning", "--no-control-socket"]
    worker = [sys.executable, str(ROOT / "scripts/worker.py")]
    return [subprocess.Popen(words, cwd=ROOT, start_new_session=True) for words in (web, worker)]


def stop_processes(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN_S
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_ready(address: str, processes: list[subprocess.Popen]) -> bool:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            return False
        try:
            with urllib.request.urlopen(f"http://{address}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def announce(address: str) -> None:
    from webmap.demo import logins

    print(f"\nWanmi is at http://{address}/   (Ctrl-C stops it)")
    found = logins()
    if found:
        print("Demo log-ins, password in brackets:")
        for name, password, role in found:
            print(f"  {name:<14} ({password})  {role}")
    sys.stdout.flush()


def interrupted(*_args) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--address", default="127.0.0.1:8000", help="(127.0.0.1:8000)")
    parser.add_argument("--scale", default="district", help="of the demo: small, district, city")
    parser.add_argument("--no-demo", action="store_true", help="do not load the demo")
    args = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    sys.stdout.reconfigure(line_buffering=True)
    own_database = private_database()
    processes: list[subprocess.Popen] = []
    code = 0
    try:
        start_database()
        prepare(not args.no_demo, args.scale)
        processes = start_processes(args.address)
        if not wait_until_ready(args.address, processes):
            print("E-SERVE-START: the site did not come up; see the messages above")
            return 1
        announce(args.address)
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        print("E-SERVE-STOPPED: a process ended by itself; see the messages above")
        code = 1
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        stop_processes(processes)
        if own_database:
            stop_database()
    return code


if __name__ == "__main__":
    sys.exit(main())
