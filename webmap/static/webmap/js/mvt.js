import Pbf from "pbf";

/**
 * A layer of a vector tile in flat arrays. Feature ``i`` has the rings ``featureRing[i]`` to
 * ``featureRing[i + 1]``; ring ``r`` has the points ``ringStart[r]`` to ``ringStart[r + 1]`` of
 * ``xy`` (two numbers a point, in units of ``extent``; closed rings do not repeat their first point).
 * @typedef {{name: string, extent: number, length: number, ids: Int32Array, types: Uint8Array,
 *   featureRing: Uint32Array, ringStart: Uint32Array, xy: Int16Array, boxes: Int16Array,
 *   props: (i: number) => Object<string, unknown>}} TileLayer
 */

/**
 * Decodes a tile once; nothing of it is kept as objects per point.
 * @param {ArrayBuffer} buffer
 * @returns {Object<string, TileLayer>}
 */
export function decodeTile(buffer) {
  const layers = {};
  if (!buffer.byteLength) return layers;
  new Pbf(buffer).readFields((tag, out, pbf) => {
    if (tag !== 3) return;
    const layer = readLayer(pbf);
    out[layer.name] = layer;
  }, layers);
  return layers;
}

function readLayer(pbf) {
  const head = { name: "", extent: 4096, keys: [], values: [], starts: [] };
  pbf.readMessage((tag, out, p) => {
    if (tag === 1) out.name = p.readString();
    else if (tag === 2) out.starts.push(p.pos);
    else if (tag === 3) out.keys.push(p.readString());
    else if (tag === 4) out.values.push(p.readMessage(readValue, { value: null }).value);
    else if (tag === 5) out.extent = p.readVarint();
  }, head);
  const after = pbf.pos;
  const layer = readFeatures(pbf, head);
  pbf.pos = after;
  return layer;
}

function readValue(tag, out, pbf) {
  if (tag === 1) out.value = pbf.readString();
  else if (tag === 2) out.value = pbf.readFloat();
  else if (tag === 3) out.value = pbf.readDouble();
  else if (tag === 4) out.value = pbf.readVarint(true);
  else if (tag === 5) out.value = pbf.readVarint();
  else if (tag === 6) out.value = pbf.readSVarint();
  else if (tag === 7) out.value = pbf.readBoolean();
}

function readFeatures(pbf, head) {
  const count = head.starts.length;
  const ids = new Int32Array(count);
  const types = new Uint8Array(count);
  const tags = new Array(count);
  const featureRing = new Uint32Array(count + 1);
  const boxes = new Int16Array(count * 4);
  const shape = { rings: [], points: [] };
  for (let i = 0; i < count; i += 1) {
    pbf.pos = head.starts[i];
    const feature = pbf.readMessage(readFeature, { id: 0, type: 0, tags: null, geometry: -1 });
    ids[i] = feature.id;
    types[i] = feature.type;
    tags[i] = feature.tags;
    if (feature.geometry >= 0) readGeometry(pbf, feature.geometry, shape, boxes, i);
    featureRing[i + 1] = shape.rings.length;
  }
  const ringStart = Uint32Array.from(shape.rings.concat(shape.points.length / 2));
  const props = (i) => readProps(tags[i], head);
  const xy = Int16Array.from(shape.points);
  return { name: head.name, extent: head.extent, length: count, ids, types, featureRing, ringStart, xy, boxes, props };
}

function readFeature(tag, out, pbf) {
  if (tag === 1) out.id = pbf.readVarint();
  else if (tag === 2) out.tags = pbf.readPackedVarint();
  else if (tag === 3) out.type = pbf.readVarint();
  else if (tag === 4) {
    out.geometry = pbf.pos;
    pbf.pos = skipTo(pbf, out.geometry);
  }
}

/* Goes to the end of a packed field whose length stands at ``start``. */
function skipTo(pbf, start) {
  pbf.pos = start;
  const length = pbf.readVarint();
  return pbf.pos + length;
}

function readGeometry(pbf, start, shape, boxes, index) {
  const end = skipTo(pbf, start);
  pbf.pos = start;
  pbf.readVarint();
  let [x, y, command, left] = [0, 0, 0, 0];
  let [west, north, east, south] = [32767, 32767, -32768, -32768];
  while (pbf.pos < end) {
    if (left === 0) {
      const word = pbf.readVarint();
      command = word & 7;
      left = word >> 3;
      if (command === 7) left = 0;
      continue;
    }
    left -= 1;
    x += pbf.readSVarint();
    y += pbf.readSVarint();
    if (command === 1) shape.rings.push(shape.points.length / 2);
    shape.points.push(x, y);
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < north) north = y;
    if (y > south) south = y;
  }
  boxes.set([west, north, east, south], index * 4);
}

function readProps(tags, head) {
  const props = {};
  if (!tags) return props;
  for (let i = 0; i < tags.length; i += 2) props[head.keys[tags[i]]] = head.values[tags[i + 1]];
  return props;
}
