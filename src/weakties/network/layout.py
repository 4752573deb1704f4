"""Where people stand on a map of the network: every circle a disc, circles that know each other side by side.

Circles are laid out first, as discs with an area for each member: neighbouring circles attract each other, all repel each other
(the energy of Noack 2007, whose optimum puts dense parts apart as modularity does), and then overlaps are pushed out. Within its
disc everybody is drawn to the weighted mean of those they know, towards the rim by ties to other circles, and pushed away by the
mass of all others of the disc, worked out on a mesh (Hockney & Eastwood 1981); at last those too near each other are pushed apart.
Whoever knows nobody stands around the rest. Nothing is drawn by lot: where no earlier place is given, a hash of the circle's
founder and of the person says where to start, so that the same network gives the same map and a few new ties move it a little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weakties.network.circles import Circles
from weakties.network.graph import Graph

# Raised whenever the same network would give another map.
EDITION = 1
# How far from its middle a map reaches at most; it is drawn to reach about 1.
REACH = 1.25

Places = NDArray[np.float32]
Points = NDArray[np.float64]
Numbers = NDArray[np.int64]
Keys = NDArray[np.uint64]

# Lengths are in steps: people stand about one step apart. Radius of a disc for the root of its people: seven tenths as dense as
# points can lie; space between discs in steps and as a part of the radius; how near two people may stand.
_ROOM, _GAP, _GAP_PART, _NEAREST = 0.62, 0.7, 0.05, 0.95
# A group that knows nobody outside stands around the others, unless it is so large a part of the people.
_LARGE = 0.01
# How much of the paper discs fill, how much wider than that the paper is, as the discs of most networks stick out by a twentieth to
# a sixth; how far from the discs those stand who know nobody.
_FILLED, _MARGIN, _CLEAR = 0.7, 0.15, 1.0
# Rounds of each phase from a hash, and from earlier places.
_FAR_ROUNDS, _CLOSE_ROUNDS, _FREE_ROUNDS, _RING_ROUNDS, _PEOPLE_ROUNDS, _APART_ROUNDS = 150, 120, 200, 60, 120, 24
_AGAIN_PEOPLE = 30
# From how many people on a disc's mesh has so many cells across.
_MESHES = ((0, 8), (100, 24), (1_000, 64))
# What a tie to another circle weighs in where somebody stands in their own.
_AWAY = 0.5
# Part of the median sum of ties that everybody's own place weighs against their ties: so weak ties pull less.
_STAY = 0.3
# The golden ratio as a 64-bit fraction (Knuth's multiplicative hash), and the finalizer of splitmix64 (Steele, Lea & Flood 2014).
_GOLDEN, _MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_GOLDEN_ANGLE = 2.399963
# In steps: what counts as one spot, and which overlap does not count.
_TINY, _TOUCH = 1e-9, 0.01


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Who stands in which disc. of: (n,) the disc of each node, -1 for nobody's; size, key: (c,); tie_a, tie_b, tie: the weight of
    ties between two discs, each pair once; ringed: bool (c,), knows no other disc and stands around."""

    of: Numbers
    size: Numbers
    key: Keys
    tie_a: Numbers
    tie_b: Numbers
    tie: Points
    ringed: NDArray[np.bool_]

    @property
    def radius(self) -> Points:
        """Of each disc, in steps."""
        return _ROOM * np.sqrt(self.size)


@dataclass(frozen=True, slots=True, eq=False)
class _Fixed:
    """Discs that stand already: place (c, 2) and wide (c,), in steps."""

    place: Points
    wide: Points


def layout(
    graph: Graph, found: Circles, *, keys: Keys | None = None, before: NDArray[np.floating] | None = None
) -> Places:
    """Return where each node stands, float32 (n, 2) within about [-1, 1] and never beyond REACH; no two on one spot.

    keys: (n,) a number of each person that lasts from day to day, by default that of the node; before: (n, 2) where each stood on
    an earlier map, NaN for who did not. Raises ValueError where these are not one per node.
    """
    keys = np.arange(graph.nodes, dtype=np.uint64) if keys is None else keys
    if keys.shape != (graph.nodes,) or found.home.shape != (graph.nodes,):
        raise ValueError(f"keys {keys.shape} and home {found.home.shape} should be ({graph.nodes},).")
    if before is not None and before.shape != (graph.nodes, 2):
        raise ValueError(f"before is {before.shape} and should be ({graph.nodes}, 2).")
    if not graph.nodes:
        return np.zeros((0, 2), dtype=np.float32)
    groups = _groups(graph, found, keys)
    earlier = _earlier(groups, before, graph.nodes)
    centre = _centres(groups, earlier)
    place = _within(graph, groups, centre, keys, earlier)
    alone = groups.of < 0
    if alone.any():
        fixed = _Fixed(centre, groups.radius + _CLEAR)
        place[alone] = _around(np.full(int(alone.sum()), 0.5), keys[alone], fixed, earlier[alone])
    return _on_paper(place, _width(groups), moved=before is None)


def _fraction(keys: Keys, salt: int) -> Points:
    """Return a number in [0, 1) for each key, as if by lot."""
    with np.errstate(over="ignore"):
        mixed = keys + np.uint64(salt + 1) * _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
        mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) / 2**53


def _in_disc(keys: Keys) -> Points:
    """Return a point of the unit disc for each key, spread evenly."""
    radius, angle = np.sqrt(_fraction(keys, 0)), 2 * np.pi * _fraction(keys, 1)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _groups(graph: Graph, found: Circles, keys: Keys) -> _Groups:
    """Put who is in no circle to the one they know best, and those who know none but each other into groups of their own."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    rows, n = graph.rows, graph.nodes
    of = found.home.astype(np.int64)
    key = keys[found.founders]
    while True:
        away = (of[rows] < 0) & (of[graph.indices] >= 0)
        if not away.any():
            break
        pair, at = np.unique(rows[away] * (len(key) + 1) + of[graph.indices[away]], return_inverse=True)
        weight = np.bincount(at, graph.weight[away].astype(np.float64))
        node, circle = np.divmod(pair, len(key) + 1)
        order = np.lexsort((circle, -weight, node))
        best = order[np.r_[True, np.diff(node[order]) > 0]]
        of[node[best]] = circle[best]
    left = np.flatnonzero((of < 0) & (graph.degree > 0))
    if len(left):
        inside = of[rows] < 0
        ends = (rows[inside], graph.indices[inside])
        among = csr_array((np.ones(len(ends[0]), np.int8), ends), shape=(n, n))
        label = connected_components(among, directed=False)[1][left]
        order = np.lexsort((keys[left], label))
        firsts = np.r_[True, np.diff(label[order]) > 0]
        of[left[order]] = len(key) + np.cumsum(firsts) - 1
        key = np.r_[key, keys[left[order][firsts]]]
    return _tied(graph, of, key)


def _tied(graph: Graph, of: Numbers, key: Keys) -> _Groups:
    """Return the discs and the ties between them."""
    count, rows = len(key), graph.rows
    a, b = of[rows], of[graph.indices]
    across = (a >= 0) & (a < b)
    pair, at = np.unique(a[across] * max(count, 1) + b[across], return_inverse=True)
    tie = np.bincount(at, graph.weight[across].astype(np.float64), minlength=len(pair)).astype(np.float64)
    tie_a, tie_b = np.divmod(pair, max(count, 1))
    size = np.bincount(of[of >= 0], minlength=count)
    ringed = size < _LARGE * graph.nodes
    ringed[tie_a] = ringed[tie_b] = False
    if count and ringed.all():
        # A network of small pieces has no midst but its largest.
        ringed[np.argmax(size)] = False
    return _Groups(of, size, key, tie_a, tie_b, tie, ringed)


def _earlier(groups: _Groups, before: NDArray[np.floating] | None, nodes: int) -> Points:
    """Return the earlier places in steps, NaN where there are none: a map of as many people is as wide."""
    if before is None:
        return np.full((nodes, 2), np.nan)
    return before.astype(np.float64) * _width(groups)


def _width(groups: _Groups) -> float:
    """Return about how many steps the map reaches from its midst: so two maps of as many people are drawn in one scale."""
    areas = _wide(groups) ** 2
    total = float(np.sum(areas)) + 0.25 * np.sum(groups.of < 0)
    # One disc fills all of the paper, many leave room between them.
    loose = 1 - np.max(areas, initial=0.0) / total
    return float(np.sqrt(total / (1 - (1 - _FILLED) * loose)) * (1 + _MARGIN * loose))


def _wide(groups: _Groups) -> Points:
    """Return the radius of each disc with its part of the space between discs."""
    return groups.radius * (1 + _GAP_PART) + _GAP / 2


def _centres(groups: _Groups, earlier: Points) -> Points:
    """Return the centre of each disc, (c, 2), in steps; no two discs overlap."""
    wide, old = _wide(groups), _mean_of(groups, earlier)
    known = ~np.isnan(old[:, 0])
    centre = np.zeros((len(wide), 2))
    inner, ringed = np.flatnonzero(~groups.ringed), groups.ringed
    if len(inner):
        centre[inner] = _midst(groups, inner, wide[inner], old[inner], known[inner])
    if ringed.any():
        centre[ringed] = _around(wide[ringed], groups.key[ringed], _Fixed(centre[inner], wide[inner]), old[ringed])
    return centre


def _mean_of(groups: _Groups, earlier: Points) -> Points:
    """Return the midst of who stood somewhere, per disc, NaN where nobody did; those who have come from afar do not count."""
    there = np.flatnonzero((groups.of >= 0) & ~np.isnan(earlier[:, 0]))
    of, count = groups.of[there], len(groups.size)
    middle = np.full((count, 2), np.nan)
    many = np.bincount(of, minlength=count)
    half = (np.cumsum(many) - many + many // 2)[many > 0]
    for side in (0, 1):
        order = np.lexsort((earlier[there, side], of))
        middle[many > 0, side] = earlier[there[order[half]], side]
    near = np.sum((earlier[there] - middle[of]) ** 2, axis=1) < (1.5 * groups.radius[of]) ** 2
    there, of = there[near], of[near]
    many = np.bincount(of, minlength=count)[:, None]
    total = np.column_stack([np.bincount(of, earlier[there, side], minlength=count) for side in (0, 1)])
    return np.where(many > 0, total / np.maximum(many, 1), middle)


def _midst(groups: _Groups, inner: Numbers, wide: Points, old: Points, known: NDArray[np.bool_]) -> Points:
    """Lay out the discs that are not ringed: pulled by their ties, pushed by their mass, and then without overlaps."""
    if len(inner) == 1:
        return np.zeros((1, 2))
    number = np.full(len(groups.size), -1)
    number[inner] = np.arange(len(inner))
    a, b = number[groups.tie_a], number[groups.tie_b]
    strength = np.bincount(np.r_[a, b], np.tile(groups.tie, 2), minlength=len(inner))
    pull = groups.tie / np.sqrt(strength[a] * strength[b])
    reach = np.sqrt(np.sum(wide**2) / 0.8)
    start = _in_disc(groups.key[inner]) * reach
    start = np.where(known[:, None], old, start)
    if not known.all():
        start = _unfolded(start, a, b, pull, wide, np.where(known, 0.0, 1.0))
    return _packed(start, a, b, pull, wide, hold=bool(known.mean() > 0.5))


def _unfolded(start: Points, a: Numbers, b: Numbers, pull: Points, wide: Points, free: Points) -> Points:
    """Return the discs where pull along ties and push by mass are even; they may overlap. free: (c,) 0 for those that stay."""
    count, mass, size = len(start), wide**2 / np.sum(wide**2), np.sqrt(np.sum(wide**2))
    place = start / size
    both_a, both_b, both = np.r_[a, b], np.r_[b, a], np.tile(pull, 2)
    one = np.zeros(count, dtype=np.int64)
    for at in range(_FAR_ROUNDS):
        bound = np.sqrt(np.max(np.sum(place**2, axis=1))) + _TINY
        push = _pushed_by_mesh(place / bound, one, mass, _MESHES[-1][1]) / bound
        along = place[both_b] - place[both_a]
        along *= (both / np.sqrt(np.sum(along**2, axis=1) + 1e-4))[:, None]
        drawn = np.column_stack([np.bincount(both_a, along[:, side], minlength=count) for side in (0, 1)])
        step = push + drawn - 0.5 * place
        length = np.sqrt(np.sum(step**2, axis=1, keepdims=True))
        most = 0.25 * (1 - at / _FAR_ROUNDS) + 0.005
        place = place + free[:, None] * step * np.minimum(0.5, most / np.maximum(length, _TINY))
    return np.asarray(place * size)


def _packed(start: Points, a: Numbers, b: Numbers, pull: Points, wide: Points, *, hold: bool) -> Points:
    """Return the discs without overlaps, near to their midst and to those that they are tied to. hold: only as far as needed."""
    place, count = start, len(start)
    if not hold:
        place = place - np.average(place, axis=0, weights=wide**2)
        far = np.sqrt(np.average(np.sum(place**2, axis=1), weights=wide**2))
        # As near as discs of this size can be, so that they have to be pushed apart rather than together.
        place = place * np.sqrt(np.sum(wide**2) / 2) / max(far, _TINY)
    both_a, both_b, both = np.r_[a, b], np.r_[b, a], np.tile(pull, 2)
    share = np.bincount(both_a, both, minlength=count)
    both = both / np.maximum(share, _TINY)[both_a]
    for at in range(_CLOSE_ROUNDS):
        warm = (0.0 if hold else 0.12) * (1 - at / _CLOSE_ROUNDS)
        if warm:
            gap = place[both_b] - place[both_a]
            drawn = np.column_stack([np.bincount(both_a, both * gap[:, side], minlength=count) for side in (0, 1)])
            place = place + warm * (0.2 * drawn - 0.8 * place)
        # As long as something pulls, large discs do not give way to small ones; then they do, or small ones stay caught between.
        place, moved = _pushed(place, wide, power=2.0 if warm else 1.0)
        if not warm and not moved:
            return place
    return _freed(place, wide)


def _freed(place: Points, wide: Points) -> Points:
    """Return discs pushed on until none overlaps, or as far as that goes."""
    for _ in range(_FREE_ROUNDS):
        place, moved = _pushed(place, wide)
        if not moved:
            break
    return place


def _near(place: Points, wide: Points) -> Numbers:
    """Return the pairs of discs, (k, 2), that may overlap: large ones are held against small ones apart from their like."""
    from scipy.spatial import cKDTree

    rank = np.log2(wide / wide.min()).astype(np.int64)
    found = []
    for one in np.unique(rank):
        alike, smaller = np.flatnonzero(rank == one), np.flatnonzero(rank < one)
        tree, most = cKDTree(place[alike]), float(wide[alike].max())
        found.append(alike[tree.query_pairs(2 * most, output_type="ndarray")])
        if len(smaller):
            reach = most + float(wide[smaller].max())
            near = tree.sparse_distance_matrix(cKDTree(place[smaller]), reach, output_type="ndarray")
            found.append(np.column_stack([alike[near["i"]], smaller[near["j"]]]))
    return np.concatenate(found)


def _pushed(place: Points, wide: Points, still: int = 0, power: float = 1.0) -> tuple[Points, bool]:
    """Push discs that overlap apart, the smaller the more; tell whether any did. still: so many, the first, do not move; power: of a
    disc's radius, how heavy it is."""
    pairs = _near(place, wide)
    one, other = pairs[:, 0], pairs[:, 1]
    gap = place[other] - place[one]
    length = np.sqrt(np.sum(gap**2, axis=1))
    short = wide[one] + wide[other] - length
    near = (short > _TOUCH) & ((one >= still) | (other >= still))
    if not near.any():
        return place, False
    one, other, gap, length, short = one[near], other[near], gap[near], length[near], short[near]
    # Two on one spot part along a direction of their own.
    spot = length < _TINY
    angle = (one + other)[spot] * _GOLDEN_ANGLE
    gap[spot] = np.column_stack([np.cos(angle), np.sin(angle)])
    length[spot] = 1.0
    gap *= (short / length)[:, None]
    heavy = wide**power
    lighter = heavy[other] / (heavy[one] + heavy[other])
    lighter = np.where(one < still, 0.0, np.where(other < still, 1.0, lighter))[:, None]
    moved = np.concatenate([-gap * lighter, gap * (1 - lighter)])
    who, count = np.r_[one, other], len(place)
    step = np.column_stack([np.bincount(who, moved[:, side], minlength=count) for side in (0, 1)])
    # Of many pushes at once a part, or discs in a crowd jump.
    crowd = np.sqrt(np.maximum(np.bincount(who, minlength=count), 1))
    return place + step / crowd[:, None], True


def _around(wide: Points, keys: Keys, fixed: _Fixed, old: Points) -> Points:
    """Return places around everything else, for discs that know nobody outside. fixed: what stands already."""
    taken = np.sum(fixed.wide**2) / _FILLED
    inner, outer = 0.85 * np.sqrt(taken), np.sqrt(taken + np.sum(wide**2) / _FILLED)
    angle = 2 * np.pi * _fraction(keys, 1)
    far = np.sqrt(inner**2 + _fraction(keys, 0) * (outer**2 - inner**2))
    start = np.column_stack([far * np.cos(angle), far * np.sin(angle)])
    place = np.concatenate([fixed.place, np.where(np.isnan(old), start, old)])
    both = np.r_[fixed.wide, wide]
    for _ in range(_RING_ROUNDS):
        place, moved = _pushed(place, both, len(fixed.wide))
        if not moved:
            break
    return place[len(fixed.wide) :]


def _within(graph: Graph, groups: _Groups, centre: Points, keys: Keys, earlier: Points) -> Points:
    """Return the place of everybody in a disc, in steps; zero for who is in none."""
    place = np.zeros((graph.nodes, 2))
    nodes = np.flatnonzero(groups.of >= 0)
    if not len(nodes):
        return place
    of = groups.of[nodes]
    radius = groups.radius[of][:, None]
    local = _in_disc(keys[nodes])
    old = (earlier[nodes] - _mean_of(groups, earlier)[of]) / radius
    stood = ~np.isnan(old[:, 0])
    local[stood] = _clamped(old[stood])
    within, towards, share = _pulls(graph, groups, centre, nodes)
    rounds = _AGAIN_PEOPLE if stood.mean() > 0.5 else _PEOPLE_ROUNDS
    for at in range(rounds):
        left = 1 - at / rounds
        warm, ties = (0.5 * left + 0.05, 0.5 + 2.5 * left) if rounds == _PEOPLE_ROUNDS else (0.03, 0.5)
        drawn = within @ local + towards - share * local
        # The mass of a disc that is filled evenly pushes outwards by as much as one is away from its midst.
        even = _push(local, of, groups.size) - local
        local = _clamped(local + warm * (ties * drawn + even))
    place[nodes] = _parted(local * radius, centre[of], radius[:, 0])
    return place


def _clamped(local: Points) -> Points:
    """Return points with those outside the unit disc put on its rim."""
    far = np.sqrt(np.sum(local**2, axis=1, keepdims=True))
    return np.asarray(local / np.maximum(far, 1.0))


def _pulls(graph: Graph, groups: _Groups, centre: Points, nodes: Numbers) -> tuple[Any, Points, Points]:
    """Return the pull of ties inside the discs as a matrix (k, k), that of ties to other discs towards them, (k, 2), and the sum of
    both weights, (k, 1)."""
    from scipy.sparse import csr_array

    rows, ends, weight = graph.rows, graph.indices, graph.weight.astype(np.float64)
    total = np.bincount(rows, weight, minlength=graph.nodes)
    mine, others = groups.of[rows], groups.of[ends]
    same = mine == others
    weight = weight / (total[rows] + _STAY * np.median(total[nodes])) * np.where(same, 1.0, _AWAY)
    number = np.full(graph.nodes, -1)
    number[nodes] = np.arange(len(nodes))
    shape = (len(nodes), len(nodes))
    within = csr_array((weight[same], (number[rows[same]], number[ends[same]])), shape=shape)
    away = ~same
    gap = centre[others[away]] - centre[mine[away]]
    gap *= (weight[away] / np.maximum(np.sqrt(np.sum(gap**2, axis=1)), _TINY))[:, None]
    at = number[rows[away]]
    towards = np.column_stack([np.bincount(at, gap[:, side], minlength=len(nodes)) for side in (0, 1)])
    share = np.bincount(rows, weight, minlength=graph.nodes)[nodes].astype(np.float64)
    return within, towards.astype(np.float64), share[:, None]


def _push(local: Points, of: Numbers, size: Numbers) -> Points:
    """Return the push of each disc's mass, one together, on its members; a large disc has a finer mesh than a small one."""
    push = np.zeros((len(local), 2))
    kind = np.searchsorted([people for people, _ in _MESHES[1:]], size, side="right")
    for rank, (_, mesh) in enumerate(_MESHES):
        these = kind == rank
        if these.any():
            number = np.cumsum(these) - 1
            mine = these[of]
            push[mine] = _pushed_by_mesh(local[mine], number[of[mine]], 1 / size[of[mine]], mesh)
    return push


def _pushed_by_mesh(local: Points, of: Numbers, mass: Points, mesh: int) -> Points:
    """Return the push of mass / distance on each point of one disc or several, on a mesh over the unit disc, mesh cells across."""
    count, across = int(of.max()) + 1, 2 * mesh
    at = (local + 1) * ((mesh - 1) / 2)
    cell = np.minimum(at.astype(np.int64), mesh - 2)
    part = at - cell
    corners, shares = [], []
    for right in (0, 1):
        for up in (0, 1):
            corners.append((of * across + cell[:, 0] + right) * across + cell[:, 1] + up)
            shares.append(np.abs(1 - right - part[:, 0]) * np.abs(1 - up - part[:, 1]))
    laid = np.zeros(count * across * across)
    for corner, share in zip(corners, shares, strict=True):
        laid += np.bincount(corner, share * mass, minlength=len(laid))
    wave = np.fft.rfft2(laid.reshape(count, across, across))
    push = np.zeros((len(local), 2))
    for side, kernel in enumerate(_kernels(mesh)):
        field = np.fft.irfft2(wave * kernel, s=(across, across)).ravel()
        for corner, share in zip(corners, shares, strict=True):
            push[:, side] += share * field[corner]
    return push


def _kernels(mesh: int) -> list[NDArray[np.complex128]]:
    """Return the transforms of the push of one cell's mass, 1 / distance, along both sides."""
    across, cell = 2 * mesh, 2 / (mesh - 1)
    away = np.fft.fftfreq(across, 1 / across) * cell
    x, y = np.meshgrid(away, away, indexing="ij")
    square = x**2 + y**2 + (0.5 * cell) ** 2
    return [np.fft.rfft2(x / square), np.fft.rfft2(y / square)]


def _parted(place: Points, centre: Points, radius: Points) -> Points:
    """Return places, from their disc's centre, pushed apart where they are too near, on the whole map and inside their discs."""
    wide = np.full(len(place), _NEAREST / 2)
    room = np.maximum(radius - _NEAREST / 4, 0)[:, None]
    for _ in range(_APART_ROUNDS):
        pushed, moved = _pushed(place + centre, wide)
        if not moved:
            break
        place = pushed - centre
        far = np.sqrt(np.sum(place**2, axis=1, keepdims=True))
        place = place * np.minimum(1, room / np.maximum(far, _TINY))
    return place + centre


def _on_paper(place: Points, width: float, *, moved: bool) -> Places:
    """Return the map in the scale of its number of people, no two on one spot.

    moved: to the middle of the paper, or it stays where it stood. One disc that sticks out does not make all others smaller, or
    everybody would move with it.
    """
    if moved:
        place = place - (place.max(axis=0) + place.min(axis=0)) / 2
    most = float(np.sqrt(np.max(np.sum(place**2, axis=1))))
    return _distinct((place / max(most / REACH, width)).astype(np.float32))


def _distinct(place: Places) -> Places:
    """Return places of which none is taken twice: who comes second moves by a hair."""
    turn = 0
    while True:
        _, first, at = np.unique(place, axis=0, return_index=True, return_inverse=True)
        again = first[at.ravel()] != np.arange(len(place))
        if not again.any():
            return place
        turn += 1
        number = np.flatnonzero(again)
        angle = number * _GOLDEN_ANGLE
        hair = 1e-5 * turn * np.sqrt(1 + np.arange(len(number)))
        step = np.column_stack([np.cos(angle), np.sin(angle)]) * hair[:, None]
        place = place.copy()
        place[again] = np.clip(place[again] + step, -REACH, REACH).astype(np.float32)
