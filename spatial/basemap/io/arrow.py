"""Reads columns out of an Arrow C stream with ctypes and numpy, batch by batch.

GDAL hands its features over as an Arrow stream, which keeps memory bounded for every driver. The
Arrow C data interface is a small stable binary layout (arrow.apache.org/docs/format/
CDataInterface.html), so that no Arrow library is needed for the few column types read here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray


class _Schema(ctypes.Structure):
    """``struct ArrowSchema``."""


class _Array(ctypes.Structure):
    """``struct ArrowArray``."""


class _Stream(ctypes.Structure):
    """``struct ArrowArrayStream``."""


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.POINTER(_Schema)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.POINTER(_Array)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]
_GetSchema = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))
_GetNext = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))
_Stream._fields_ = [
    ("get_schema", _GetSchema),
    ("get_next", _GetNext),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))),
    ("private_data", ctypes.c_void_p),
]

_NUMBERS = {
    b"c": np.int8, b"C": np.uint8, b"s": np.int16, b"S": np.uint16, b"i": np.int32,
    b"I": np.uint32, b"l": np.int64, b"L": np.uint64, b"f": np.float32, b"g": np.float64,
}  # fmt: skip
_DAYS = {b"tdD": (np.int32, "D"), b"tdm": (np.int64, "ms")}
_MOMENTS = {b"tss": "s", b"tsm": "ms", b"tsu": "us", b"tsn": "ns"}
_UNIT_CHARS = 3
_OFFSETS = {b"u": np.int32, b"z": np.int32, b"U": np.int64, b"Z": np.int64}


class ArrowStreamError(Exception):
    """The library behind the stream reported an error while reading."""


def batches(stream: Any) -> Iterator[dict[str, NDArray[np.object_]]]:
    """Yield one dictionary of column arrays per batch of an ``__arrow_c_stream__`` object.

    Binary columns give bytes, text columns bytes (not decoded, so that the caller can say which
    value is wrong), number columns Python numbers, dates and times bytes in the form of ISO 8601;
    a missing value is None. A column of a type not listed here (lists) is left out.

    Raises
    ------
    ArrowStreamError
        What the library says when it cannot go on.
    """
    capsule = stream.__arrow_c_stream__()
    pointer = _capsule_pointer(capsule)
    source = ctypes.cast(pointer, ctypes.POINTER(_Stream))
    schema = _Schema()
    _check(source, source.contents.get_schema(source, ctypes.byref(schema)))
    try:
        yield from _arrays(source, schema)
    finally:
        schema.release(ctypes.byref(schema))


def _capsule_pointer(capsule: Any) -> int:
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return get(capsule, b"arrow_array_stream")


def _check(source: Any, code: int) -> None:
    if code:
        said = source.contents.get_last_error(source) or b""
        raise ArrowStreamError(said.decode("utf-8", "replace") or f"error {code}")


def _arrays(source: Any, schema: _Schema) -> Iterator[dict[str, NDArray[np.object_]]]:
    while True:
        array = _Array()
        _check(source, source.contents.get_next(source, ctypes.byref(array)))
        if not array.release:
            return
        try:
            columns = _columns(schema, array)
        finally:
            array.release(ctypes.byref(array))
        yield columns


def _columns(schema: _Schema, array: _Array) -> dict[str, NDArray[np.object_]]:
    found = {}
    for i in range(schema.n_children):
        kind = schema.children[i].contents
        values = _values(kind.format, array.children[i].contents, array.offset)
        if values is not None and not kind.dictionary:
            found[kind.name.decode("utf-8", "replace")] = values
    return found


def _values(kind: bytes, array: _Array, outer: int) -> NDArray[np.object_] | None:
    first, count = array.offset + outer, array.length
    if kind in _NUMBERS:
        data = _buffer(array, 1, _NUMBERS[kind], first + count)[first:]
        values = data.astype(object)
    elif kind == b"b":
        values = _bits(array, 1, first, count).astype(object)
    elif kind in _OFFSETS:
        values = _pieces(array, _OFFSETS[kind], first, count)
    elif kind in _DAYS:
        dtype, unit = _DAYS[kind]
        data = _buffer(array, 1, dtype, first + count)[first:]
        values = _written(data.astype(f"datetime64[{unit}]"), "")
    elif kind[:_UNIT_CHARS] in _MOMENTS:
        data = _buffer(array, 1, np.int64, first + count)[first:]
        # With a zone named it is the moment in UTC that is kept, else the hands of the clock.
        zone = "Z" if kind[_UNIT_CHARS + 1 :] else ""
        values = _written(data.astype(f"datetime64[{_MOMENTS[kind[:_UNIT_CHARS]]}]"), zone)
    else:
        return None
    if array.null_count and array.buffers[0]:
        values[~_bits(array, 0, first, count)] = None
    return values


def _written(moments: NDArray[np.datetime64], zone: str) -> NDArray[np.object_]:
    """Times as texts; a column in which every clock stands at midnight holds dates."""
    days = moments.astype("datetime64[D]")
    values = np.empty(len(moments), dtype=object)
    if not zone and (days == moments).all():
        values[:] = [text.encode() for text in np.datetime_as_string(days)]
    else:
        seconds = np.datetime_as_string(moments.astype("datetime64[s]"))
        values[:] = [f"{text}{zone}".encode() for text in seconds]
    return values


def _buffer(array: _Array, number: int, dtype: Any, length: int) -> NDArray[Any]:
    address = array.buffers[number]
    if not address or not length:
        return np.empty(0, dtype)
    size = length * np.dtype(dtype).itemsize
    raw = (ctypes.c_char * size).from_address(address)
    return np.frombuffer(raw, dtype=dtype, count=length)


def _bits(array: _Array, number: int, first: int, count: int) -> NDArray[np.bool_]:
    data = _buffer(array, number, np.uint8, (first + count + 7) // 8)
    return np.unpackbits(data, bitorder="little")[first : first + count].astype(bool)


def _pieces(array: _Array, dtype: Any, first: int, count: int) -> NDArray[np.object_]:
    ends = _buffer(array, 1, dtype, first + count + 1)[first:].tolist()
    address = array.buffers[2]
    values = np.empty(count, dtype=object)
    if not count:
        return values
    low = ends[0]
    data = ctypes.string_at(address + low, ends[-1] - low) if address else b""
    shifted = [end - low for end in ends]
    values[:] = [data[a:b] for a, b in zip(shifted[:-1], shifted[1:], strict=True)]
    return values
