"""Colours by ordinal: the grid layer repaints from a byte array and fetches no geometry."""

from __future__ import annotations

from tests.e2e.pages import start_at
from tests.e2e.places import VERSION

PAINT = """
async ({ version, count }) => {
    const { UnitGridLayer } = await import("webmap/gridlayer");
    const { TileStore } = await import("webmap/tiles");
    const box = document.createElement("div");
    box.style.cssText = "position:fixed;inset:0;z-index:5000";
    document.body.append(box);
    const map = L.map(box, { center: [39.9154, 116.4095], zoom: 16, fadeAnimation: false });
    const store = new TileStore();
    const layer = new UnitGridLayer(store, {}).addTo(map);
    const loaded = new Promise((resolve) => {
        store.addEventListener("progress", ({ detail }) => { if (!detail.pending) resolve(); });
    });
    layer.setEditions([{
        version, count, draft: false, bounds: L.latLngBounds([39.9, 116.39], [39.93, 116.43]),
        minZoom: 9, maxZoom: 14, url: `/tiles/grids/${version}/{z}/{x}/{y}.mvt`,
    }]);
    await loaded;
    const fetched = () => performance.getEntriesByType("resource")
        .filter(({ name }) => name.includes("/tiles/grids/")).length;
    const before = fetched();
    layer.setColours(version, new Uint8Array(count).fill(1), ["rgb(0, 0, 0)", "rgb(10, 200, 30)"]);
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    const seen = [...box.querySelectorAll("canvas")].some((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4) {
            if ([10, 200, 30, 255].every((value, k) => data[i + k] === value)) return true;
        }
        return false;
    });
    return { seen, fetchedAgain: fetched() - before };
}
"""


def test_grids_take_their_colour_from_an_array(open_page, site):
    page = open_page(start_at(site, (9, 4)))
    result = page.evaluate(PAINT, {"version": VERSION, "count": 192})
    assert result == {"seen": True, "fetchedAgain": 0}
