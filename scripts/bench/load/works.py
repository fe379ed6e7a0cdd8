"""What GIS staff do in the middle of a day: a survey is imported, a community is cut anew."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.load.store import Store

ROOT = Path(__file__).resolve().parents[3]
LAMPS = 5_000
LAMP = "0118"


def survey(store: Store, folder: Path) -> Path:
    """A file of lamps anywhere in the city."""
    import numpy as np
    import shapely
    from pyogrio import raw

    west, south, east, north = store.box
    chance = np.random.default_rng(int(time.time()))
    points = shapely.points(chance.uniform(west, east, LAMPS), chance.uniform(south, north, LAMPS))
    path = folder / "lamps.gpkg"
    raw.write(
        path, shapely.to_wkb(points), [np.full(LAMPS, LAMP, object)], ["ClassCode"],
        layer="lamps", driver="GPKG", geometry_type="Point", crs="EPSG:4326",
    )  # fmt: skip
    return path


def done(store: Store, settings: str) -> list[tuple[str, float, str]]:
    """Do all works one after the other: their names, seconds, and what went wrong with them."""
    from spatial.basemap.models import Region

    communities = Region.objects.filter(level="community", valid_to__isnull=True)
    community = communities.order_by("code").values_list("code", flat=True)[0]
    district = community[:6]
    with tempfile.TemporaryDirectory(prefix="wanmi-day-") as folder:
        lamps = survey(store, Path(folder))
        works = {
            "import of a survey": [
                "import_components",
                str(lamps),
                "--good-rows",
                "--dataset",
                f"day-{time.time():.0f}",
            ],
            "a community cut anew": ["make_grids", district, "--afresh", "--only", community],
        }
        found = [_run(name, words, store, settings) for name, words in works.items()]
    version = _newest(district)
    found.append(_run("proof of the plan", ["check_grids", version], store, settings))
    found.append(_run("publication", ["publish_grids", version], store, settings))
    return found


def _newest(district: str) -> str:
    from django.db import connection

    from spatial.grids.models import GridPlan

    plan = GridPlan.objects.filter(district__code=district).order_by("edition").last()
    connection.close()
    return plan.version


def _run(name: str, words: list[str], store: Store, settings: str) -> tuple[str, float, str]:
    own = {**os.environ, "DATABASE_URL": store.address, "DJANGO_SETTINGS_MODULE": settings}
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words], env=own, cwd=ROOT, text=True,
        capture_output=True,
    )  # fmt: skip
    fault = ended.stderr.strip()[-300:] if ended.returncode else ""
    return name, time.perf_counter() - began, fault
