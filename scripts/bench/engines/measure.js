/* What is measured of every front end, in the page. */
const PALETTE = ["#fed976cc", "#feb24ccc", "#fd8d3ccc", "#e31a1ccc", "#800026cc"];

/* Classes of grids as a city has them: most in the lower ones. */
function someClasses(count, seed) {
  const found = new Uint8Array(count);
  let state = seed;
  for (let i = 0; i < count; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    found[i] = Math.min(4, Math.floor(-Math.log(1 - state / 2 ** 32) * 1.5));
  }
  return found;
}

function frames() {
  const gaps = [];
  let last = performance.now();
  let on = true;
  const tick = (now) => {
    gaps.push(now - last);
    last = now;
    if (on) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  return () => {
    on = false;
    return gaps.slice(1);
  };
}

const frame = () => new Promise(requestAnimationFrame);
const WITHIN_MS = 120_000;

function inTime(promise) {
  const late = new Promise((_done, reject) => setTimeout(() => reject(new Error("nothing was painted in time")), WITHIN_MS));
  return Promise.race([promise, late]);
}

window.startEngine = async (engine, { url, count, center, zoom }) => {
  const { start } = await import(engine);
  const map = L.map("map", { zoomControl: false, attributionControl: false, fadeAnimation: false, zoomAnimation: true });
  map.setView(center, zoom, { animate: false });
  const classes = someClasses(count, 1);
  const begun = performance.now();
  const running = await inTime(start({ map, url, classes, palette: PALETTE }));
  await frame();
  window.bench = { map, running, count, full: performance.now() - begun };
  return window.bench.full;
};

window.recolour = async (seed) => {
  const classes = someClasses(window.bench.count, seed);
  await frame();
  const stop = frames();
  await frame();
  const begun = performance.now();
  await inTime(window.bench.running.recolour(classes));
  const done = performance.now() - begun;
  await frame();
  await frame();
  return [done, Math.max(...stop())];
};

window.startFrames = () => { window.stopFrames = frames(); };
