"""The browser draws every symbol on a canvas as the map does, and none looks like another there."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "webmap/static/symbols"
SIZE_PX = 16
NEAREST = 0.07
"""Share of the pixels in which two symbols must differ, by more than a third of the range."""
LEAST_LIGHT = 0.12
"""Share of the pixels that a glyph and the rim cover."""

DRAW = """async ([text, px]) => {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], {type: "image/svg+xml"}));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = px;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, px, px);
  return Array.from(context.getImageData(0, 0, px, px).data);
}"""


def channels(data):
    """Red, green, blue and opacity of every pixel."""
    return list(zip(*[iter(data)] * 4, strict=True))


def share_apart(one, other):
    """In which share of their pixels two drawings differ."""
    apart = sum(
        max(abs(a - b) for a, b in zip(x, y, strict=True)) > 85
        for x, y in zip(one, other, strict=True)
    )
    return apart / len(one)


def test_symbols_are_told_apart_at_sixteen_pixels(browser):
    page = browser.new_page()
    drawn = {
        path.stem: channels(page.evaluate(DRAW, [path.read_text(), SIZE_PX]))
        for path in sorted(FOLDER.glob("*.svg"))
    }
    page.close()
    assert len(drawn) > 40
    middle = SIZE_PX * SIZE_PX // 2 + SIZE_PX // 2
    for name, pixels in drawn.items():
        assert pixels[middle][3] == 255, f"{name} draws nothing"
        light = sum(min(pixel) > 200 for pixel in pixels) / len(pixels)
        assert light > LEAST_LIGHT, f"{name} has hardly a glyph: {light:.0%}"
    like = {
        pair: share
        for pair in combinations(drawn, 2)
        if (share := share_apart(drawn[pair[0]], drawn[pair[1]])) < NEAREST
    }
    assert like == {}


def drawn_by_script(*words):
    command = [sys.executable, str(ROOT / "scripts/symbols.py"), *map(str, words)]
    return subprocess.run(command, text=True, capture_output=True, check=False)


def test_the_script_lays_symbols_out_on_both_grounds(tmp_path):
    out = tmp_path / "sheet.png"
    done = drawn_by_script("--out", out, "--columns", 2, "--only", "bench", "manhole-gas")
    assert done.returncode == 0, done.stderr
    assert "2 symbols" in done.stdout
    with Image.open(out) as picture:
        colours = {colour for _count, colour in picture.convert("RGB").getcolors(1 << 16)}
    wanted = {"#f5f3ee", "#12181f", "#23753a", "#1d5fbf"}
    assert wanted <= {"#{:02x}{:02x}{:02x}".format(*colour) for colour in colours}


def test_the_script_says_when_there_is_no_such_symbol(tmp_path):
    done = drawn_by_script("--out", tmp_path / "sheet.png", "--only", "nothing")
    assert done.returncode == 2
    assert "no such symbol" in done.stderr
