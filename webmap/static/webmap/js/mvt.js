/* Vector tiles (Mapbox Vector Tile 2.1) into flat arrays. No imports: a worker runs this file too. */

/**
 * A layer of a vector tile in flat arrays. Feature ``i`` has the rings ``featureRing[i]`` to
 * ``featureRing[i + 1]``; ring ``r`` has the points ``ringStart[r]`` to ``ringStart[r + 1]`` of
 * ``xy`` (two numbers a point, in units of ``extent``; closed rings do not repeat their first point).
 * @typedef {{name: string, extent: number, length: number, ids: Int32Array, types: Uint8Array,
 *   featureRing: Uint32Array, ringStart: Uint32Array, xy: Int16Array, boxes: Int16Array,
 *   props: (i: number) => Object<string, unknown>}} TileLayer
 */

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];
const MOVE_TO = 1;
const CLOSE = 7;
const words = new TextDecoder();

/* Where one stands in the bytes of a protocol buffer. */
class Reader {
  constructor(buffer) {
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.pos = 0;
  }

  varint() {
    const { bytes } = this;
    let byte = bytes[this.pos++];
    if (byte < 128) return byte;
    let value = byte & 127;
    // Beyond 28 bits shifts would turn the sign.
    for (let factor = 128; byte >= 128; factor *= 128) {
      if (this.pos >= bytes.length) throw new RangeError("vector tile ends in a number");
      byte = bytes[this.pos++];
      value += (byte & 127) * factor;
    }
    return value;
  }

  skip(wire) {
    if (wire === VARINT) this.varint();
    else if (wire === FIXED64) this.pos += 8;
    else if (wire === BYTES) this.pos = this.varint() + this.pos;
    else if (wire === FIXED32) this.pos += 4;
    else throw new RangeError("not a vector tile");
  }

  text() {
    const end = this.varint() + this.pos;
    const found = words.decode(this.bytes.subarray(this.pos, end));
    this.pos = end;
    return found;
  }

  /* Calls back for each field of a message; what the callback does not read is skipped. */
  fields(end, visit) {
    while (this.pos < end) {
      const key = this.varint();
      const before = this.pos;
      visit(key >> 3, this);
      if (this.pos === before) this.skip(key & 7);
    }
  }
}

/**
 * Decodes a tile once; nothing of it is kept as objects per point.
 * @param {ArrayBuffer} buffer
 * @returns {Object<string, TileLayer>}
 */
export function decodeTile(buffer) {
  const layers = {};
  const reader = new Reader(buffer);
  reader.fields(buffer.byteLength, (tag) => {
    if (tag !== 3) return;
    const end = reader.varint() + reader.pos;
    const layer = readLayer(reader, end);
    layers[layer.name] = layer;
    reader.pos = end;
  });
  return layers;
}

function readLayer(reader, end) {
  const head = { name: "", extent: 4096, keys: [], values: [], starts: [], bytes: reader.bytes };
  reader.fields(end, (tag) => {
    if (tag === 1) head.name = reader.text();
    else if (tag === 2) head.starts.push(reader.pos);
    else if (tag === 3) head.keys.push(reader.text());
    else if (tag === 4) head.values.push(readValue(reader));
    else if (tag === 5) head.extent = reader.varint();
  });
  return readFeatures(reader, head, end);
}

function readValue(reader) {
  const end = reader.varint() + reader.pos;
  let value = null;
  reader.fields(end, (tag) => {
    if (tag === 1) value = reader.text();
    else if (tag === 2) value = reader.view.getFloat32((reader.pos += 4) - 4, true);
    else if (tag === 3) value = reader.view.getFloat64((reader.pos += 8) - 8, true);
    else if (tag === 4) value = signed64(reader.varint());
    else if (tag === 5) value = reader.varint();
    else if (tag === 6) value = zigzag(reader.varint());
    else if (tag === 7) value = reader.varint() !== 0;
  });
  return value;
}

function signed64(value) {
  return value >= 2 ** 63 ? value - 2 ** 64 : value;
}

function zigzag(value) {
  return value % 2 ? -(value + 1) / 2 : value / 2;
}

function readFeatures(reader, head, end) {
  const count = head.starts.length;
  const ids = new Int32Array(count);
  const types = new Uint8Array(count);
  const tags = new Array(count);
  const featureRing = new Uint32Array(count + 1);
  const boxes = new Int16Array(count * 4);
  // A point takes two bytes at least, so there is room for all.
  const room = count ? end - head.starts[0] : 0;
  const shape = { xy: new Int16Array(room), size: 0, rings: [] };
  for (let i = 0; i < count; i += 1) {
    reader.pos = head.starts[i];
    const last = reader.varint() + reader.pos;
    reader.fields(last, (tag) => {
      if (tag === 1) ids[i] = reader.varint();
      else if (tag === 2) tags[i] = readTags(reader);
      else if (tag === 3) types[i] = reader.varint();
      else if (tag === 4) readGeometry(reader, shape, boxes, i);
    });
    featureRing[i + 1] = shape.rings.length;
  }
  shape.rings.push(shape.size / 2);
  return {
    name: head.name, extent: head.extent, length: count, ids, types, featureRing, boxes,
    ringStart: Uint32Array.from(shape.rings), xy: shape.xy.slice(0, shape.size),
    props: (i) => readProps(tags[i], head),
  };
}

function readTags(reader) {
  const end = reader.varint() + reader.pos;
  const found = [];
  while (reader.pos < end) found.push(reader.varint());
  return found;
}

function readGeometry(reader, shape, boxes, index) {
  const end = reader.varint() + reader.pos;
  const { xy, rings } = shape;
  const { bytes } = reader;
  let { size } = shape;
  let [x, y, left] = [0, 0, 0];
  let [west, north, east, south] = [32767, 32767, -32768, -32768];
  let at = reader.pos;
  while (at < end) {
    if (left === 0) {
      reader.pos = at;
      const word = reader.varint();
      at = reader.pos;
      const command = word & 7;
      if (command === CLOSE) continue;
      left = word >> 3;
      if (command !== MOVE_TO) continue;
      // Each move begins a ring; of several points each is one.
      for (let k = 0; k < left; k += 1) rings.push(size / 2 + k);
      continue;
    }
    left -= 1;
    for (let axis = 0; axis < 2; axis += 1) {
      let byte = bytes[at++];
      let value = byte & 127;
      for (let shift = 7; byte >= 128; shift += 7) {
        if (at > end) throw new RangeError("vector tile ends in a shape");
        byte = bytes[at++];
        value |= (byte & 127) << shift;
      }
      const step = (value >>> 1) ^ -(value & 1);
      if (axis) y += step;
      else x += step;
    }
    xy[size++] = x;
    xy[size++] = y;
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < north) north = y;
    if (y > south) south = y;
  }
  reader.pos = end;
  shape.size = size;
  boxes.set([west, north, east, south], index * 4);
}

function readProps(tags, head) {
  const props = {};
  if (!tags) return props;
  for (let i = 0; i < tags.length; i += 2) props[head.keys[tags[i]]] = head.values[tags[i + 1]];
  return props;
}
