#!/usr/bin/env python3
"""Measures the memory of the web process while a large file is sent to it in pieces, and of the
reader while the file is inspected.

    .venv/bin/python scripts/bench/upload.py [--mb 2048] [--database wanmi_bench_upload]

The file is a made-up GeoPackage of the wanted size (attributes of random text), the server a
gunicorn of one worker. Peaks are VmHWM of the processes; the file goes away afterwards.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np
import pyogrio
import shapely

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
ADDRESS = "127.0.0.1:8791"
PIECE = 16 * 1024**2
ROWS = 20_000


def make(path: Path, size_mb: int) -> None:
    """Append layers of 20,000 features with 5 kB of text each until the file is large enough."""
    rng = np.random.default_rng(1)
    number = 0
    while not path.exists() or path.stat().st_size < size_mb * 1024**2:
        texts = [rng.bytes(2_500).hex() for _ in range(ROWS)]
        lon = 116.4 + rng.uniform(0, 0.01, ROWS)
        points = shapely.to_wkb(shapely.points(lon, 39.9))
        number += 1
        pyogrio.raw.write(
            path, points, [np.array(texts, dtype=object)], ["NAME"], layer=f"L{number}",
            crs="EPSG:4326", geometry_type="Point", driver="GPKG", append=path.exists(),
        )  # fmt: skip


def peak_mb(pid: int) -> float:
    """VmHWM of a process: the most memory it ever had."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(next(x.split()[1] for x in text.splitlines() if x.startswith("VmHWM"))) / 1024


def children(pid: int) -> list[int]:
    return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def login() -> dict[str, str]:
    """A session of GIS staff, made in the database."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.test import Client

    user, _new = get_user_model().objects.get_or_create(username="bench")
    user.groups.add(Group.objects.get(name="gis_staff"))
    client = Client()
    client.force_login(user)
    token = "b" * 32
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
    return {"Cookie": cookie, "X-CSRFToken": token}


def call(method: str, address: str, data: bytes, headers: dict[str, str]) -> dict:
    import json

    url = f"http://{ADDRESS}{address}"
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def send(path: Path, headers: dict[str, str]) -> str:
    import json

    order = json.dumps({"name": "town.gpkg", "bytes": path.stat().st_size}).encode()
    made = call("POST", "/api/v1/uploads", order, headers | {"Content-Type": "application/json"})
    kind = {"Content-Type": "application/offset+octet-stream"}
    with path.open("rb") as file:
        offset = 0
        while data := file.read(PIECE):
            call("PATCH", made["content"], data, headers | kind | {"Upload-Offset": str(offset)})
            offset += len(data)
    return made["id"]


def wait_for(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://{address}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("E-SERVE-START: gunicorn did not come up")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mb", type=int, default=2_048)
    parser.add_argument("--database", default="wanmi_bench_upload")
    parser.add_argument(
        "--inspect", metavar="ID", help="only inspect an upload, as the worker does"
    )
    args = parser.parse_args()
    os.environ["WANMI_DB_NAME"] = args.database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")
    import django

    django.setup()
    if args.inspect:
        inspect(args.inspect)
        return
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    headers = login()
    words = [sys.executable, "-m", "gunicorn", "webmap.wsgi:application", "--bind", ADDRESS]
    words += ["--worker-class", "gthread", "--workers", "1", "--threads", "4"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "webmap.settings.dev"}
    web = subprocess.Popen([*words, "--no-control-socket"], cwd=ROOT, env=env)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "town.gpkg"
            make(path, args.mb)
            wait_for(ADDRESS)
            (worker,) = children(web.pid)
            before, begun = peak_mb(worker), time.perf_counter()
            upload_id = send(path, headers)
            seconds = time.perf_counter() - begun
            print(f"sent {path.stat().st_size / 1024**2:,.0f} MB in {seconds:.1f} s")
            print(f"web process: {before:.0f} MB before, peak {peak_mb(worker):.0f} MB")
        subprocess.run([sys.executable, __file__, "--inspect", upload_id], env=env, check=True)
    finally:
        web.terminate()
        web.wait()


def inspect(upload_id: str) -> None:
    """Inspect in this process, which does nothing else."""
    from spatial.basemap.models import Upload
    from spatial.basemap.services import upload_inspection, uploads

    upload = Upload.objects.get(pk=upload_id)
    begun = time.perf_counter()
    upload_inspection.inspect(upload)
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"inspected in {seconds:.1f} s: {upload.state}, {len(upload.inspected['layers'])} layers")
    print(f"worker: peak {after:.0f} MB; reader: peak {reader:.0f} MB", flush=True)
    uploads.delete(upload, None)


if __name__ == "__main__":
    main()
