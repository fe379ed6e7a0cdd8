/* Where classes of a measure end. Nothing of the page is known here. */

/** Ways to find class breaks. */
export const METHODS = ["quantile", "natural", "equal", "standard", "own"];
const MOST_DISTINCT = 512;

/**
 * Upper ends of classes, the last one the greatest value; a value equal to an end belongs to it.
 * Fewer classes come back where there are not so many different values.
 * @param {Float32Array} values NaN where there is none
 * @param {string} method
 * @param {number} classes
 * @param {{standard?: number[], own?: number[]}} [given] ends of the field, and of the user
 * @returns {number[]}
 */
export function breaksOf(values, method, classes, given = {}) {
  const { distinct, counts } = tally(values);
  if (!distinct.length) return [];
  const highest = distinct.at(-1);
  if (method === "standard" && given.standard) return closed(given.standard, highest);
  if (method === "own" && given.own?.length) return closed(given.own, highest);
  if (distinct.length <= classes) return distinct;
  if (method === "equal") {
    const lowest = distinct[0];
    return Array.from({ length: classes }, (_none, k) => (k + 1 === classes ? highest : lowest + ((highest - lowest) * (k + 1)) / classes));
  }
  return method === "natural" ? natural(distinct, counts, classes) : quantile(distinct, counts, classes);
}

/* Ends below the greatest value, and that value if it lies above all of them. */
function closed(ends, highest) {
  const rising = [...new Set(ends)].filter(Number.isFinite).sort((a, b) => a - b);
  return highest > rising.at(-1) ? [...rising, highest] : rising;
}

/* Different values in order with how often they occur; zero is a class of its own, so it is left out. */
function tally(values) {
  const found = new Map();
  for (const value of values) if (value === value && value !== 0) found.set(value, (found.get(value) ?? 0) + 1);
  const distinct = [...found.keys()].sort((a, b) => a - b);
  return { distinct, counts: distinct.map((value) => found.get(value)) };
}

function quantile(distinct, counts, classes) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const ends = [];
  let [seen, next] = [0, 1];
  for (let i = 0; i < distinct.length; i += 1) {
    seen += counts[i];
    // The first value by which its share of all is reached ends a class.
    if (seen < (next * total) / classes) continue;
    ends.push(distinct[i]);
    // A value that fills several classes by itself ends them all.
    while (seen >= (next * total) / classes) next += 1;
  }
  return ends;
}

/*
 * Least squares within classes (Fisher 1958, Jenks 1977), exact over the different values. Many
 * different ones are put together first, so that it takes milliseconds whatever the city.
 */
function natural(allDistinct, allCounts, classes) {
  const { distinct, counts } = gathered(allDistinct, allCounts);
  const n = distinct.length;
  const [weight, sum, square] = [new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1)];
  for (let i = 0; i < n; i += 1) {
    weight[i + 1] = weight[i] + counts[i];
    sum[i + 1] = sum[i] + counts[i] * distinct[i];
    square[i + 1] = square[i] + counts[i] * distinct[i] ** 2;
  }
  const spread = (from, to) => square[to] - square[from] - (sum[to] - sum[from]) ** 2 / (weight[to] - weight[from]);
  let best = Float64Array.from({ length: n + 1 }, (_none, to) => (to ? spread(0, to) : 0));
  const cuts = [];
  for (let k = 2; k <= classes; k += 1) {
    const next = new Float64Array(n + 1).fill(Infinity);
    const cut = new Uint16Array(n + 1);
    for (let to = k; to <= n; to += 1) {
      for (let from = k - 1; from < to; from += 1) {
        const cost = best[from] + spread(from, to);
        if (cost < next[to]) {
          next[to] = cost;
          cut[to] = from;
        }
      }
    }
    cuts.push(cut);
    best = next;
  }
  const ends = [distinct[n - 1]];
  for (let k = cuts.length - 1, to = n; k >= 0; k -= 1) {
    to = cuts[k][to];
    ends.unshift(distinct[to - 1]);
  }
  ends[ends.length - 1] = allDistinct.at(-1);
  return ends;
}

function gathered(distinct, counts) {
  const step = Math.ceil(distinct.length / MOST_DISTINCT);
  if (step === 1) return { distinct, counts };
  const kept = { distinct: [], counts: [] };
  for (let i = 0; i < distinct.length; i += step) {
    const last = Math.min(i + step, distinct.length);
    kept.distinct.push(distinct[last - 1]);
    kept.counts.push(counts.slice(i, last).reduce((sum, count) => sum + count, 0));
  }
  return kept;
}

/**
 * The class of each value: 1 is the first with a colour, 0 stands for zero, 255 for none.
 * @param {Float32Array} values
 * @param {number[]} ends
 * @returns {Uint8Array}
 */
export function classesOf(values, ends) {
  const found = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value !== value) found[i] = 255;
    else if (value !== 0) {
      let k = 0;
      while (k < ends.length - 1 && value > ends[k]) k += 1;
      found[i] = k + 1;
    }
  }
  return found;
}
