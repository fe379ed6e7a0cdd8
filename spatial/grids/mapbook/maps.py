"""Draws the maps of the book: base map, grids with their codes, borders, neighbours."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.basemap.selectors import FeatureArrays
from spatial.grids.mapbook import tints
from spatial.grids.mapbook.ground import Ground, Part
from spatial.grids.mapbook.labels import Label, Placer, along
from spatial.grids.mapbook.pen import Pen
from spatial.grids.mapbook.sheets import Sheet, View

CODE_SIZES = (24.0, 19.0, 15.0, 11.5, 8.5, 6.0)
NAME_SIZES = (15.0, 12.0, 9.0, 7.0)
ROAD_NAME, NEIGHBOUR_NAME = 7.5, 11.0
LEAST_SEEN = 0.004
"""Share of the map from which on a neighbour is named."""
DOT_DASH = (7.0, 2.0, 1.5, 2.0)


class Map:
    """One map on one page."""

    def __init__(self, pen: Pen, sheet: Sheet, view: View, ground: Ground) -> None:
        self.pen, self.sheet, self.view, self.ground = pen, sheet, view, ground
        self.unit = sheet.unit / 2.8346
        self.frame = view.box()
        self.placer = Placer(self.frame)
        self.lost: list[str] = []
        """What could not be written anywhere."""

    def open(self) -> None:
        """Paint the ground; nothing is drawn outside the frame until `close`."""
        canvas = self.pen.canvas
        canvas.saveState()
        west, south, east, north = self.view.frame
        path = canvas.beginPath()
        path.rect(west, south, east - west, north - south)
        canvas.clipPath(path, stroke=0, fill=0)
        self.pen.areas(np.array([self.frame], dtype=object), fill=tints.GROUND)

    def close(self) -> None:
        """Frame the map."""
        self.pen.canvas.restoreState()
        self.pen.areas(np.array([self.frame], dtype=object), stroke=tints.INK, width=self.unit)

    def seen(self, shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """Those in the frame, as they lie on the paper, and which they are."""
        boxes = shapely.bounds(shapes)
        west, south, east, north = self.view.ground()
        inside = (boxes[:, 0] <= east) & (boxes[:, 2] >= west)
        inside &= (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        return self.view.onto_paper(shapes[inside]), inside

    def base_map(self, buildings: bool = True) -> None:
        """Draw green, water, buildings, railways and roads in quiet colours."""
        kinds = self.ground.features
        self._fill(kinds["green"], tints.GREEN)
        self._fill(kinds["water_area"], tints.WATER)
        lines, _which = self._lines(kinds["water_line"])
        self.pen.lines(lines, tints.WATER, 1.1 * self.unit)
        if buildings:
            self._fill(kinds["building"], tints.BUILDING, tints.BUILDING_EDGE)
        lines, _which = self._lines(kinds["rail"])
        self.pen.lines(lines, tints.RAIL, 1.0 * self.unit, (4 * self.unit, 2 * self.unit))
        self._roads()

    def _fill(self, features: FeatureArrays, fill: str, edge: str | None = None) -> None:
        keep = (shapely.get_dimensions(features.geometry) == 2) & ~features.underground
        shapes, _inside = self.seen(features.geometry[keep])
        self.pen.areas(shapes, fill=fill, stroke=edge, width=0.25 * self.unit)

    def _lines(self, features: FeatureArrays) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        shapes, inside = self.seen(features.geometry)
        above = ~features.underground[inside]
        inside[np.flatnonzero(inside)[~above]] = False
        return shapes[above], inside

    def _roads(self) -> None:
        """Edges of all roads first, so that crossings are open; small ones below large ones."""
        roads = self.ground.features["road"]
        lines, inside = self._lines(roads)
        classes = np.clip(roads.line_class[inside], 1, 7)
        for edge in (True, False):
            for number in sorted(set(classes), reverse=True):
                width = tints.ROAD_MM[number] * self.sheet.unit
                colour = tints.ROAD_EDGE if edge else tints.ROAD
                extra = 0.6 * self.unit if edge else 0.0
                self.pen.lines(lines[classes == number], colour, width + extra)

    def veil(self, shown: shapely.Geometry) -> None:
        """Let what lies outside step back."""
        hidden = shapely.difference(self.frame, self.view.onto_paper(np.array([shown], object))[0])
        self.pen.areas(np.array([hidden], dtype=object), fill=tints.PAPER, alpha=0.62)

    def grids(self, part: Part, colours: list[str | None]) -> None:
        """Draw the grids of a community, filled where a colour is given."""
        shapes = self.view.onto_paper(part.grids.geometry)
        for colour in sorted({c for c in colours if c}):
            own = np.array([c == colour for c in colours])
            self.pen.areas(shapes[own], fill=colour, alpha=tints.FILL_ALPHA)
        self.pen.areas(shapes, stroke=tints.GRID, width=0.9 * self.unit)

    def codes(self, part: Part, marks: list[str], size: float = 1.0) -> None:
        """Write the last digits of each code, as large as they fit; the small grids last.

        A mark, where a grid has one, stands behind them.
        """
        prefix = len(part.grids.prefix())
        shapes = self.view.onto_paper(part.grids.geometry)
        small = []
        tries = tuple((s * self.unit * size,) for s in CODE_SIZES)
        for place, (shape, code) in enumerate(zip(shapes, part.grids.code, strict=True)):
            text = f"{code[prefix:]} {marks[place] if marks else ''}".strip()
            label = self.placer.inside(shape, (text,), tries)
            if label:
                self.pen.label(label, tints.INK, bold=True)
            else:
                small.append((shape, text))
        for shape, code in small:
            self._beside(shape, code, tries[-1])

    def _beside(self, shape: shapely.Polygon, text: str, sizes: tuple[float, ...]) -> None:
        label = self.placer.beside(shape, (text,), sizes)
        if label:
            self.pen.label(label, tints.INK, bold=True)
        else:
            self.lost.append(text)

    def borders(self, outlines: NDArray[np.object_], colour: str, width: float) -> None:
        """Draw borders of regions as a line of dashes and dots over a pale band."""
        edges = _once(self.view.onto_paper(outlines))
        dash = tuple(step * self.unit for step in DOT_DASH)
        self.pen.lines(edges, tints.PAPER, width * self.unit * 2)
        self.pen.lines(edges, colour, width * self.unit, dash)

    def neighbours(self, part: Part) -> None:
        """Draw and name what is seen of other communities, with the page that shows them."""
        others = [(p.code, p.name, p.geometry, p.page) for p in self.ground.parts]
        others += [(*around, 0) for around in self.ground.around]
        others = [other for other in others if other[0] != part.code]
        if not others:
            return
        shapes = self.view.onto_paper(np.array([other[2] for other in others], dtype=object))
        edges = _once(shapes)
        self.pen.lines(edges, tints.QUIET, 0.8 * self.unit, (3 * self.unit, 2 * self.unit))
        room = shapely.buffer(self.frame, -8 * self.unit)
        for shape, (_code, name, _geometry, page) in zip(shapes, others, strict=True):
            self._name_neighbour(shapely.intersection(shape, room), name, page)

    def _name_neighbour(self, seen: shapely.Geometry, name: str, page: int) -> None:
        pieces = [p for p in shapely.get_parts(seen) if p.geom_type == "Polygon"]
        if not pieces or seen.area < LEAST_SEEN * self.frame.area:
            return
        lines, size = (name, f"→ {page}"), NEIGHBOUR_NAME * self.unit
        if not page:
            lines = (name,)
        piece = max(pieces, key=shapely.area)
        label = self.placer.inside(
            piece, lines, ((size,) * len(lines), (size * 0.75,) * len(lines))
        )
        if label:
            self.pen.label(label, tints.QUIET)

    def road_names(self) -> None:
        """Write each road's name once, on its longest straight piece, where there is room."""
        roads = self.ground.features["road"]
        lines, inside = self._lines(roads)
        size = ROAD_NAME * self.unit
        names, classes = roads.name[inside], roads.line_class[inside]
        clipped = shapely.intersection(lines, shapely.buffer(self.frame, -size))
        best: dict[str, tuple[int, float, Label]] = {}
        for shape, name, number in zip(clipped, names, classes, strict=True):
            for line in shapely.get_parts(shape) if name else ():
                label = along(line, name, size) if line.geom_type == "LineString" else None
                rank = (int(number), -line.length)
                if label and (name not in best or rank < best[name][:2]):
                    best[name] = (*rank, label)
        for _class, _length, label in sorted(best.values(), key=lambda entry: entry[:2]):
            if self.placer.put(label):
                self.pen.label(label, tints.QUIET)

    def part_names(self) -> None:
        """Name the communities of the index, each with its page."""
        for part in self.ground.parts:
            shape = self.view.onto_paper(np.array([part.geometry], dtype=object))[0]
            lines = (part.name, str(part.page))
            tries = tuple((s * self.unit * 0.62, s * self.unit) for s in NAME_SIZES)
            largest = max(shapely.get_parts(shape), key=shapely.area)
            label = self.placer.inside(largest, lines, tries)
            label = label or self.placer.inside(largest, (str(part.page),), ((tries[-1][1],),))
            if label:
                self.pen.label(label, tints.INK, bold=True)
            else:
                self._beside(largest, str(part.page), (tries[-1][1],))


def _once(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Borders of areas with what two of them share once: dashes drawn twice make a full line."""
    return shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.boundary(areas))))
