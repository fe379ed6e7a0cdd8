"""A second reading of the vector tile format, written from its specification (version 2.1)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

MOVE, LINE, CLOSE = 1, 2, 7


@dataclass
class Feature:
    id: int | None = None
    kind: int = 0
    properties: dict = field(default_factory=dict)
    parts: list = field(default_factory=list)


@dataclass
class TileLayer:
    name: str = ""
    version: int = 0
    extent: int = 4096
    features: list[Feature] = field(default_factory=list)


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data: bytes):
    """Number and value of each field of a protobuf message."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        wire = key & 7
        if wire == 0:
            value, at = varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(wire)
            if size is None:
                size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        yield key >> 3, value


def packed(data: bytes) -> list[int]:
    at, values = 0, []
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def scalar(data: bytes):
    number, value = next(iter(fields(data)))
    if number == 1:
        return value.decode()
    if number in {2, 3}:
        return struct.unpack("<f" if number == 2 else "<d", value)[0]
    return {6: zigzag(value), 7: bool(value)}.get(number, value) if number > 5 else value


def geometry(commands: list[int]) -> list[list[tuple[int, int]]]:
    parts, at, x, y = [], 0, 0, 0
    while at < len(commands):
        what, times = commands[at] & 7, commands[at] >> 3
        at += 1
        if what == CLOSE:
            parts[-1].append(parts[-1][0])
            continue
        for _time in range(times):
            x, y = x + zigzag(commands[at]), y + zigzag(commands[at + 1])
            at += 2
            if what == MOVE:
                parts.append([])
            parts[-1].append((x, y))
    return parts


def read_layer(data: bytes) -> TileLayer:
    layer, keys, values, raw = TileLayer(), [], [], []
    for number, value in fields(data):
        if number == 1:
            layer.name = value.decode()
        elif number == 2:
            raw.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(scalar(value))
        elif number == 5:
            layer.extent = value
        elif number == 15:
            layer.version = value
    layer.features = [read_feature(one, keys, values) for one in raw]
    return layer


def read_feature(data: bytes, keys: list, values: list) -> Feature:
    feature = Feature()
    for number, value in fields(data):
        if number == 1:
            feature.id = value
        elif number == 2:
            tags = packed(value)
            feature.properties = {
                keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)
            }
        elif number == 3:
            feature.kind = value
        elif number == 4:
            feature.parts = geometry(packed(value))
    return feature


def read(data: bytes) -> dict[str, TileLayer]:
    """The layers of a tile by name."""
    layers = [read_layer(value) for number, value in fields(data) if number == 3]
    return {layer.name: layer for layer in layers}
