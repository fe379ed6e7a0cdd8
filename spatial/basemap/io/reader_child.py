"""The process that opens a file with GDAL, alone and under limits; it serves one source.

Started by ``spatial.basemap.io.reader`` as a script of its own (``python -I``), so that nothing of
the site is in it: no settings, no database address, no secret. It is told what to do by one JSON
line per order on standard input, and answers with one JSON line; the features of a layer follow as
an Arrow IPC stream and a second line. It never sends Python objects: the other side must be safe
even from a reader that a hostile file has taken over.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import resource
import sys
import warnings
from typing import Any

# These would be imported by pyogrio only to see whether they are there, for most of a second.
for _unused in ("geopandas", "pandas", "pyarrow", "pyproj"):
    sys.modules[_unused] = None  # type: ignore[assignment]

CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
MB = 1024**2


def limit(memory_mb: int, cpu_s: int, file_mb: int) -> None:
    """Take from this process what reading a file does not need; there is no way back."""
    for kind, most in (
        (resource.RLIMIT_AS, memory_mb * MB),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, file_mb * MB),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def leave_network() -> bool:
    """Go where there is no network; the host may not allow it (then the dead proxy is left)."""
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWNET | CLONE_NEWUSER))


def keep_only(driver: str) -> list[str]:
    """Take every driver but one from GDAL; return the names of those that are left."""
    import pyogrio

    with open("/proc/self/maps", encoding="utf-8") as maps:
        path = next(line.split(maxsplit=5)[-1].strip() for line in maps if "/libgdal" in line)
    gdal = ctypes.CDLL(path)
    gdal.GDALGetDriver.restype = ctypes.c_void_p
    gdal.GDALGetDriverShortName.restype = ctypes.c_char_p
    gdal.GDALGetDriverShortName.argtypes = [ctypes.c_void_p]
    gdal.GDALDeregisterDriver.argtypes = [ctypes.c_void_p]
    for handle in [gdal.GDALGetDriver(i) for i in range(gdal.GDALGetDriverCount())]:
        if gdal.GDALGetDriverShortName(handle).decode() != driver:
            gdal.GDALDeregisterDriver(handle)
    return sorted(pyogrio.list_drivers())


def layers(order: dict[str, Any]) -> dict[str, Any]:
    """Name and geometry type of each layer; None where a layer is a mere table."""
    import pyogrio

    found = pyogrio.list_layers(order["path"])
    return {"layers": [[str(name), kind] for name, kind in found]}


def info(order: dict[str, Any]) -> dict[str, Any]:
    """What GDAL knows of a layer; with ``full`` it may read all of it to count and measure."""
    import pyogrio

    full = order["full"]
    facts = pyogrio.read_info(
        order["path"],
        layer=order["layer"],
        encoding=order["encoding"],
        force_feature_count=full,
        force_total_bounds=full,
    )
    bounds = facts["total_bounds"]
    return {
        "driver": facts["driver"],
        "geometry_type": facts["geometry_type"],
        "fields": [str(name) for name in facts["fields"]],
        "types": [str(kind) for kind in facts["dtypes"]],
        "crs": facts["crs"],
        "features": int(facts["features"]),
        "bounds": None if bounds is None else [float(value) for value in bounds],
    }


def read(order: dict[str, Any]) -> dict[str, Any]:
    """Write the features of a layer to standard output as they are read."""
    from nanoarrow.ipc import StreamWriter
    from pyogrio.raw import open_arrow

    with open_arrow(
        order["path"],
        layer=order["layer"],
        encoding=order["encoding"],
        columns=order["columns"],
        batch_size=order["batch"],
        **order["options"],
    ) as (meta, stream):
        tell({"ok": True, "geometry": meta["geometry_name"] or "wkb_geometry"})
        writer = StreamWriter.from_writable(sys.stdout.buffer)
        if order["first"]:
            send_first(writer, stream)
        else:
            writer.serialize_stream(stream)
    return {}


def send_first(writer: Any, stream: Any) -> None:
    """Write the first batch only, or none where there is none."""
    from nanoarrow import c_array_stream

    with c_array_stream(stream) as arrays:
        first = next(iter(arrays), None)
        if first is None:
            writer.serialize_stream(arrays)
        else:
            writer.write_array(first)
            writer.close()


ORDERS = {"layers": layers, "info": info, "read": read}


def tell(answer: dict[str, Any]) -> None:
    """Write one line."""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


def serve() -> None:
    """Do orders until there are no more."""
    for line in sys.stdin.buffer:
        order = json.loads(line)
        try:
            answer = {"ok": True, **ORDERS[order["do"]](order)}
        except MemoryError:
            answer = {"ok": False, "why": "memory"}
        except Exception as error:  # noqa: BLE001 - whatever it is, the other side must learn of it
            answer = {"ok": False, "why": "broken", "text": str(error)[:200]}
        tell(answer)


def main() -> None:
    """Read the limits and the driver from the command line, and serve."""
    driver, memory_mb, cpu_s, file_mb = sys.argv[1], *map(int, sys.argv[2:5])
    offline = leave_network()
    limit(memory_mb, cpu_s, file_mb)
    # GDAL's notes on single rings: broken features are counted on the other side anyway.
    warnings.simplefilter("ignore")
    tell({"ok": True, "drivers": keep_only(driver), "offline": offline})
    with contextlib.suppress(BrokenPipeError):
        serve()


if __name__ == "__main__":
    main()
