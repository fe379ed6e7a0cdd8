"""Atoms: the smallest pieces a grid is made of, none of which cuts a building or compound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridding.faces import COMPOUND_EDGE, FACADE, FREE, GAP, Mesh
from gridding.loads import balanced
from gridding.rows import row_starts
from gridding.rules import GridRules
from gridding.types import Bools, Floats, Ints
from gridding.units import join

# A building and its apron become one atom up to this share of the target area; above, the
# ground round a museum-size building becomes a ring of its own.
APRON_LIMIT = 1.2
# Shares of the target area below which a piece goes to what it clings to, step by step.
SPECKS = (0.003, 0.01, 0.02)
AFFINITY = 0.6
# What a unit above the target area counts as: half a grid of ground round it is the most.
UNIT_LOAD = 1.0
# What is left of the length of a chain of lattice edges once it is straightened (`refine`).
FREE_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class AtomGraph:
    """Atoms and the borders between them, in units of the target area and its scale.

    Attributes
    ----------
    of_face : int array
        Atom of each face of the mesh.
    area : float array
        Area, 1 = target area.
    load : float array
        What is balanced between grids: the area, but that of a unit larger than a grid counts
        as `UNIT_LOAD`, since nothing can be done about it.
    outer : float array
        Scaled length on the border of the region.
    indptr, neighbour, length, cost : CSR arrays
        For each atom its neighbours, scaled border lengths, and prices of these borders.
    x, y : float arrays
        Centres, m.
    extra : float array (n, L)
        Further loads to balance, 1 = what one grid is due (`gridding.loads`).
    extra_prices : tuple of L floats
    """

    of_face: Ints
    area: Floats
    load: Floats
    outer: Floats
    indptr: Ints
    neighbour: Ints
    length: Floats
    cost: Floats
    x: Floats
    y: Floats
    extra: Floats
    extra_prices: tuple[float, ...] = ()


def _totals(index: Ints, values: Floats, count: int) -> Floats:
    """Sum values by index."""
    return np.bincount(index, values, count).astype(np.float64)


def _pair_sums(a: Ints, b: Ints, count: int, *values: Floats) -> tuple[Ints, Ints, list[Floats]]:
    """Sum values over equal unordered pairs of different things."""
    keep = a != b
    low, high = np.minimum(a, b)[keep], np.maximum(a, b)[keep]
    key, index = np.unique(low * count + high, return_inverse=True)
    sums = [_totals(index, v[keep], len(key)) for v in values]
    return key // count, key % count, sums


def _best_partner(a: Ints, b: Ints, weight: Floats, count: int) -> tuple[Ints, Floats]:
    """For each thing the partner of largest weight, -1 where there is none."""
    here, there = np.concatenate([a, b]), np.concatenate([b, a])
    both = np.concatenate([weight, weight])
    order = np.lexsort((there, -both, here))
    _, first = np.unique(here[order], return_index=True)
    chosen = order[first]
    partner, best = np.full(count, -1), np.zeros(count)
    partner[here[chosen]], best[here[chosen]] = there[chosen], both[chosen]
    return partner, best


def _join_units(mesh: Mesh, bound: tuple[Ints, Ints]) -> Ints:
    inner = (mesh.left >= 0) & (mesh.right >= 0)
    a, b = mesh.left[inner], mesh.right[inner]
    same = (mesh.unit[a] == mesh.unit[b]) & (mesh.unit[a] >= 0)
    one, other = np.concatenate([a[same], bound[0]]), np.concatenate([b[same], bound[1]])
    return join(len(mesh.area_m2), one, other)


def _join_aprons(mesh: Mesh, atom: Ints, limit_m2: float) -> Ints:
    """Give open ground to the unit whose facade it touches most, and the other way round."""
    count = int(atom.max()) + 1
    facade = np.isin(mesh.border_class, (FACADE, COMPOUND_EDGE))
    facade &= (mesh.left >= 0) & (mesh.right >= 0)
    a, b, (length,) = _pair_sums(
        atom[mesh.left[facade]], atom[mesh.right[facade]], count, mesh.length_m[facade]
    )
    area = np.bincount(atom, mesh.area_m2 * mesh.weight, count)
    is_unit = np.zeros(count, bool)
    is_unit[atom[mesh.unit >= 0]] = True
    partner, best = _best_partner(a, b, length, count)
    whole = np.bincount(np.concatenate([a, b]), np.concatenate([length, length]), count)
    wants = (partner >= 0) & (~is_unit | (best > 0.5 * whole))
    one = np.flatnonzero(wants)
    unit = np.where(is_unit[one], one, partner[one])
    ground = np.where(is_unit[one], partner[one], one)
    unit, ground = np.unique(np.column_stack([unit, ground]), axis=0).T
    total = area + np.bincount(unit, area[ground], count)
    fits = total[unit] <= limit_m2
    return join(count, unit[fits], ground[fits])[atom]


def _join_specks(mesh: Mesh, atom: Ints, limit_m2: float, weight: Floats) -> Ints:
    """Give pieces below an area to the neighbour they cling to most."""
    inner = (mesh.left >= 0) & (mesh.right >= 0)
    for _ in range(4):
        count = int(atom.max()) + 1
        area = np.bincount(atom, mesh.area_m2 * mesh.weight, count)
        small = area < limit_m2
        a, b, (strength,) = _pair_sums(
            atom[mesh.left[inner]], atom[mesh.right[inner]], count, weight[inner]
        )
        partner, _ = _best_partner(a, b, strength, count)
        one = np.flatnonzero(small & (partner >= 0))
        if not len(one):
            break
        atom = join(count, one, partner[one])[atom]
    return atom


def _needless(mesh: Mesh, rules: GridRules) -> Bools:
    """Edges off all features inside a block that could well be one grid."""
    inner = (mesh.left >= 0) & (mesh.right >= 0)
    inside = inner & (mesh.border_class >= GAP)
    block = join(len(mesh.area_m2), mesh.left[inside], mesh.right[inside])
    block_m2 = np.bincount(block, mesh.area_m2 * mesh.weight)[block]
    small = block_m2 <= 1.5 * rules.target_area_m2
    return np.asarray(inside & (mesh.border_class > GAP) & small[mesh.left])


def _prices(mesh: Mesh, rules: GridRules) -> Floats:
    """Price of a metre of each edge.

    A border along a corridor is worth nothing: paid for on both sides, the strip between two
    carriageways would become a grid of its own, hundreds of metres long.
    """
    price = rules.class_prices()[mesh.border_class]
    price = price + np.where(_needless(mesh, rules), rules.prices.needless, 0.0)
    return np.asarray(np.where(mesh.corridor, np.maximum(price, 0.0), price))


def make_atoms(mesh: Mesh, bound: tuple[Ints, Ints], rules: GridRules) -> Ints:
    """Return the atom each face of the mesh belongs to.

    ``bound`` are pairs of faces no border may run between.
    """
    target = rules.target_area_m2
    atom = _join_units(mesh, bound)
    atom = _join_aprons(mesh, atom, APRON_LIMIT * target)
    weight = (_prices(mesh, rules) + AFFINITY) * mesh.length_m
    for share in SPECKS:
        atom = _join_specks(mesh, atom, share * target, weight)
    return atom


def _loads(mesh: Mesh, atom: Ints, count: int, target_m2: float) -> Floats:
    """Loads of the atoms in target areas, each face by the target of its ground."""
    inside = mesh.unit >= 0
    counted = mesh.area_m2 * mesh.weight
    area = _totals(atom, counted, count)
    built = np.bincount(atom[inside], counted[inside], count)
    excess = np.where(built > target_m2, built - UNIT_LOAD * target_m2, 0.0)
    return np.asarray((area - excess) / target_m2)


def _border_scale(mesh: Mesh) -> Floats:
    """Share of its price a border has where grids on both sides are larger than elsewhere."""
    return np.sqrt(np.maximum(mesh.weight[mesh.left], mesh.weight[mesh.right]))


def atom_graph(mesh: Mesh, atom: Ints, rules: GridRules, amounts: Floats) -> AtomGraph:
    """Return the graph of atoms the partition works on.

    ``amounts`` has a row a face and a column for each load of ``rules.balance``.
    """
    count = int(atom.max()) + 1
    length = mesh.length_m * rules.scale
    length = np.where(mesh.border_class == FREE, length * FREE_SHARE, length)
    cost = length * _prices(mesh, rules) * _border_scale(mesh)
    inner = (mesh.left >= 0) & (mesh.right >= 0)
    rim = atom[np.maximum(mesh.left, mesh.right)[~inner]]
    a, b, (lengths, costs) = _pair_sums(
        atom[mesh.left[inner]], atom[mesh.right[inner]], count, length[inner], cost[inner]
    )
    here, there = np.concatenate([a, b]), np.concatenate([b, a])
    order = np.lexsort((there, here))
    area = _totals(atom, mesh.area_m2, count)
    x, y = (np.bincount(atom, mesh.area_m2 * c, count) / area for c in mesh.centre.T)
    extra, extra_prices = balanced(atom, amounts, area.sum() / rules.target_area_m2, rules.balance)
    return AtomGraph(
        of_face=atom,
        area=area / rules.target_area_m2,
        load=_loads(mesh, atom, count, rules.target_area_m2),
        outer=_totals(rim, length[~inner], count),
        indptr=row_starts(here, count),
        neighbour=there[order],
        length=np.concatenate([lengths, lengths])[order],
        cost=np.concatenate([costs, costs])[order],
        x=x,
        y=y,
        extra=extra,
        extra_prices=extra_prices,
    )
