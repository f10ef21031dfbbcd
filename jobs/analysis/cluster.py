"""Groups of job statements by the vote of three views; their number is not given.

Average linkage, Ward with the best silhouette, and spectral clustering at the widest eigengap each divide the
statements; what at least two of three put together stays together. Statements are sorted by key first, so
the order of the input changes nothing, and the same input gives the same groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import eigh
from scipy.spatial.distance import squareform
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from jobs.analysis.embed import Encoder, Vectors, centred, unit
from jobs.analysis.name import distinguishing, medoid, suggested_name

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Report = Callable[[float, str], None]

MOST = 4000  # statements; time and memory grow with the square
FEW = 16  # below this the three views have too little to vote on: average linkage alone
CUT = 0.85  # cosine distance at which average linkage stops (measured on public intents)
CUT_FEW = 0.6  # the same without centring, which few statements do not bear
FLOOR = 0.15  # least cosine to a group's centre: 1 - CUT
FLOOR_FEW = 0.4  # the same without centring: 1 - CUT_FEW
COHESION = 0.15  # least mean similarity of a group's members to its other members
AGREEMENT = 0.5  # least share of views that put two members together, on average
SMALLEST = 3  # statements that make a group; two where there are few statements
NEIGHBOURS = (5, 10)  # of each statement in the spectral view: an eighth of them within these bounds


@dataclass(frozen=True)
class Statement:
    key: str
    text: str
    interview: str


@dataclass(frozen=True)
class Member:
    """`similarity` to the other members' centre, `margin` over the next group's centre (None: only group),
    `agreement`: share of views that put it with the other members."""

    key: str
    similarity: float
    margin: float | None
    agreement: float


@dataclass(frozen=True)
class Group:
    """`fixed` is the accepted group that its fixed members belong to. `interviews` counts voices."""

    members: tuple[Member, ...]
    cohesion: float
    agreement: float
    medoid: str
    phrases: tuple[str, ...]
    name: str
    interviews: int
    fixed: str | None = None


@dataclass(frozen=True)
class Grouping:
    """No groups means: nothing holds together. Groups come largest first, members by similarity."""

    groups: tuple[Group, ...]
    outliers: tuple[str, ...]
    encoder: str
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Assignment:
    """Where a new statement belongs; `group` is None where no group is near enough."""

    key: str
    group: str | None
    similarity: float
    margin: float | None


def _silent(_fraction: float, _message: str) -> None:
    return None


def cluster_statements(
    items: Sequence[Statement],
    *,
    encoder: Encoder,
    seed: int = 0,
    report: Report = _silent,
    fixed: Mapping[str, str] | None = None,
) -> Grouping:
    """Group statements; `fixed` (statement key to accepted group) is kept exactly as people decided it.

    `report` is called between the stages with a fraction and a sentence, and may raise to cancel.
    ValueError for doubled keys and for more than 4,000 statements.
    """
    ordered = _checked(items)
    held = fixed or {}
    report(0.0, f"Reading {len(ordered)} statements")
    vectors = _encoded(ordered, encoder)
    readable = [index for index, item in enumerate(ordered) if vectors[index].any() or item.key in held]
    kept = [ordered[index] for index in readable]
    report(0.5, "Comparing statements")
    with threadpool_limits(1):
        space, votes, labels = _divided(vectors[readable], kept, held, seed, report)
        labels = _pruned(space, votes, labels, np.array([item.key in held for item in kept], dtype=bool))
    report(0.9, "Naming groups")
    groups = _groups(space, votes, labels, kept, held)
    report(1.0, f"{len(groups)} groups" if groups else "No clear groups")
    grouped = {member.key for group in groups for member in group.members}
    outliers = tuple(item.key for item in ordered if item.key not in grouped)
    return Grouping(groups, outliers, encoder.name, _versions(encoder))


def assign_to_existing(
    new: Sequence[Statement], groups: Mapping[str, Sequence[Statement]], *, encoder: Encoder
) -> tuple[Assignment, ...]:
    """Propose an accepted group for each new statement: the nearest centre, if it is near enough."""
    fresh, names = _checked(new), sorted(name for name, members in groups.items() if members)
    known = [item for name in names for item in sorted(groups[name], key=lambda item: item.key)]
    if not fresh or not known:
        return tuple(Assignment(item.key, None, 0.0, None) for item in fresh)
    texts = [item.text for item in (*fresh, *known)]
    vectors = _encoded([*fresh, *known], encoder)
    space = centred(vectors, texts) if len(texts) >= FEW else vectors
    owner = np.array([index for index, name in enumerate(names) for _item in groups[name]])
    near = (space[: len(fresh)] @ _centres(space[len(fresh) :], owner).T).astype(np.float64)
    floor = _floor(len(texts))
    return tuple(_assignment(item, names, row, floor) for item, row in zip(fresh, near, strict=True))


def _assignment(item: Statement, names: Sequence[str], near: Array, floor: float) -> Assignment:
    best = int(near.argmax())
    second = np.delete(near, best)
    margin = _rounded(near[best] - second.max()) if second.size else None
    similarity = _rounded(near[best])
    return Assignment(item.key, names[best] if near[best] >= floor else None, similarity, margin)


# --- Reading -----------------------------------------------------------------------------------------


def _checked(items: Sequence[Statement]) -> list[Statement]:
    ordered = sorted(items, key=lambda item: item.key)
    if len({item.key for item in ordered}) != len(ordered):
        raise ValueError("Every statement needs a key of its own.")
    if len(ordered) > MOST:
        raise ValueError(f"{len(ordered):,} statements are too many to group at once: at most {MOST:,}.")
    return ordered


def _encoded(items: Sequence[Statement], encoder: Encoder) -> Vectors:
    """Blank statements have no direction: row 0. Half surrogate pairs, unreadable to encoders, become ?."""
    texts = [" ".join(item.text.split()).encode("utf-8", "replace").decode() for item in items]
    if not texts:
        return np.zeros((0, encoder.dim), dtype=np.float32)
    vectors = np.asarray(encoder.encode(texts))
    if vectors.shape != (len(texts), encoder.dim) or not np.isfinite(vectors).all():
        raise ValueError(f"The encoder {encoder.name} gave no usable vectors.")
    vectors = unit(vectors)
    vectors[[not text for text in texts]] = 0
    return vectors


def _versions(encoder: Encoder) -> dict[str, str]:
    libraries = {name: version(name) for name in ("numpy", "scipy", "scikit-learn")}
    return libraries | {"encoder": f"{encoder.name} {encoder.version}"}


# --- The vote ----------------------------------------------------------------------------------------


def _divided(
    vectors: Vectors, items: Sequence[Statement], fixed: Mapping[str, str], seed: int, report: Report
) -> tuple[Array, Array, Labels]:
    """The space that similarity is told in, the share of views per pair, and a group for each statement."""
    count = len(items)
    if count >= FEW and not _all_equal(vectors):
        space = centred(vectors, [item.text for item in items]).astype(np.float64)
        views = _views(space, seed, report)
    else:
        space = vectors.astype(np.float64)
        views = [_by_average(_distances(space), CUT_FEW)] if count else []
    votes = np.zeros((count, count))
    for view in views:
        votes += (view[:, None] == view[None, :]) / len(views)
    labels = _linked(1 - votes, _fixed_labels(items, fixed))
    return space, votes, labels


def _all_equal(vectors: Vectors) -> bool:
    return bool(np.abs(vectors - vectors[0]).max() < 1e-5)


def _views(space: Array, seed: int, report: Report) -> list[Labels]:
    distances = _distances(space)
    average = _refined(space, _absorbed(space, _by_average(distances, CUT)))
    report(0.6, "Second view")
    ward = _by_ward(space, distances)
    report(0.75, "Third view")
    spectral = _by_eigengap(space, seed)
    report(0.85, "Counting votes")
    return [average, ward, spectral]


def _distances(space: Array) -> Array:
    distances = np.clip(1 - space @ space.T, 0, 2)
    np.fill_diagonal(distances, 0)
    return np.asarray((distances + distances.T) / 2)


def _by_average(distances: Array, cut: float) -> Labels:
    if len(distances) < 2:
        return np.zeros(len(distances), dtype=np.int64)
    tree = linkage(squareform(distances, checks=False), "average")
    return _compact(fcluster(tree, cut, "distance"))


def _by_ward(space: Array, distances: Array) -> Labels:
    tree = linkage(space, "ward")
    options = (_refined(space, fcluster(tree, size, "maxclust")) for size in _sizes(len(space)))
    return max(options, key=lambda labels: round(_silhouette(distances, labels), 9))


def _by_eigengap(space: Array, seed: int) -> Labels:
    """Spectral clustering of the nearest-neighbour graph; the number of groups is where the gap between
    neighbouring eigenvalues is widest."""
    affinity = _neighbour_graph(space)
    degree = np.sqrt(np.maximum(affinity.sum(axis=1), 1e-9))
    sizes = np.array(_sizes(len(space)))
    lowest = max(0, len(space) - int(sizes.max()) - 1)
    values, axes = eigh(affinity / np.outer(degree, degree), subset_by_index=[lowest, len(space) - 1])
    values, axes = values[::-1], axes[:, ::-1]
    gaps = values[:-1] - values[1:]
    chosen = int(sizes[int(np.argmax(gaps[sizes - 1]))])
    return _kmeans(_unit(axes[:, :chosen]), chosen, np.random.default_rng(seed))


def _kmeans(points: Array, count: int, rng: np.random.Generator) -> Labels:
    """Lloyd's algorithm from ten k-means++ starts (Arthur and Vassilvitskii 2007); the tightest division.

    Our own, because importing scikit-learn for it costs more time and memory than all the rest.
    """
    tries = (_lloyd(points, _spread_start(points, count, rng)) for _start in range(10))
    return _compact(min(tries, key=lambda found: round(found[0], 9))[1])


def _spread_start(points: Array, count: int, rng: np.random.Generator) -> Array:
    chosen = [int(rng.integers(len(points)))]
    nearest = _squares(points, points[chosen]).min(axis=1)
    while len(chosen) < count and nearest.sum() > 1e-12:
        tries = rng.choice(len(points), size=2 + int(np.log(count)), p=nearest / nearest.sum())
        options = np.minimum(nearest[:, None], _squares(points, points[tries]))
        best = int(options.sum(axis=0).argmin())
        chosen.append(int(tries[best]))
        nearest = options[:, best]
    return np.asarray(points[chosen])


def _lloyd(points: Array, centres: Array, rounds: int = 100) -> tuple[float, Labels]:
    labels = np.full(len(points), -1, dtype=np.int64)
    for _round in range(rounds):
        nearest = _squares(points, centres).argmin(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        counts = np.bincount(labels, minlength=len(centres))[:, None]
        sums = np.eye(len(centres))[labels].T @ points
        centres = np.where(counts > 0, sums / np.maximum(counts, 1), centres)
    return float(((points - centres[labels]) ** 2).sum()), labels


def _squares(points: Array, centres: Array) -> Array:
    lengths = (points**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None, :]
    return np.asarray(np.maximum(lengths - 2 * points @ centres.T, 0))


def _neighbour_graph(space: Array) -> Array:
    similarity = space @ space.T
    np.fill_diagonal(similarity, -1)
    least, most = NEIGHBOURS
    near = min(most, max(least, len(space) // 8))
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :near]
    graph = np.zeros_like(similarity)
    rows = np.arange(len(space))[:, None]
    graph[rows, nearest] = np.maximum(similarity[rows, nearest], 0)
    return np.asarray(np.maximum(graph, graph.T))


def _sizes(count: int) -> range:
    """Numbers of groups to try; every second one above 1,000 statements, every third above 2,000 …"""
    return range(2, max(2, min(int(2 * np.sqrt(count)), count // 3)) + 1, 1 + (count - 1) // 1000)


def _silhouette(distances: Array, labels: Labels) -> float:
    """Mean silhouette; a statement alone in its group counts 0 (Rousseeuw 1987)."""
    sizes = np.bincount(labels)
    count = len(labels)
    if len(sizes) < 2 or len(sizes) >= count:
        return -1.0
    sums, row = distances @ np.eye(len(sizes))[labels], np.arange(count)
    own = sums[row, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / sizes
    means[row, labels] = np.inf
    other = means.min(axis=1)
    width = (other - own) / np.maximum(np.maximum(own, other), 1e-12)
    return float(np.where(sizes[labels] > 1, width, 0).mean())


def _linked(distances: Array, start: Labels) -> Labels:
    """Average linkage up to half the views, from groups that people fixed (start >= 0), which never merge.

    Without fixed groups this is the usual average linkage.
    """
    if not (start >= 0).any():
        return _by_average(distances, 0.5 + 1e-9)
    labels = _compact(np.where(start >= 0, start, start.max() + 1 + np.arange(len(start))))
    one_hot = np.eye(labels.max() + 1)[labels]
    sizes = one_hot.sum(axis=0)
    between = one_hot.T @ distances @ one_hot / np.outer(sizes, sizes)
    is_fixed = (one_hot * (start >= 0)[:, None]).any(axis=0)
    between[np.outer(is_fixed, is_fixed)] = np.inf
    np.fill_diagonal(between, np.inf)
    while between.size and between.min() <= 0.5 + 1e-9:
        first, second = sorted(np.unravel_index(int(between.argmin()), between.shape))
        _merge(between, sizes, int(first), int(second))
        labels[labels == second] = first
    return _compact(labels)


def _merge(between: Array, sizes: Array, first: int, second: int) -> None:
    """The second cluster goes into the first; what either may not join, the union may not join."""
    total = sizes[first] + sizes[second]
    row = (sizes[first] * between[first] + sizes[second] * between[second]) / total
    row[[first, second]] = np.inf
    between[first], between[:, first] = row, row
    between[second], between[:, second] = np.inf, np.inf
    sizes[first] = total


def _fixed_labels(items: Sequence[Statement], fixed: Mapping[str, str]) -> Labels:
    names = {name: index for index, name in enumerate(sorted(set(fixed.values())))}
    return np.array([names[fixed[item.key]] if item.key in fixed else -1 for item in items], dtype=np.int64)


# --- Mending a division ------------------------------------------------------------------------------


def _compact(labels: npt.NDArray[np.integer]) -> Labels:
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)


def _unit(rows: Array) -> Array:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 1e-9))


def _centres(space: npt.NDArray[np.floating], labels: Labels) -> Array:
    """Of labels 0, 1, 2 … without gaps."""
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(labels.max() + 1))
    return _unit(np.add.reduceat(space[order].astype(np.float64, copy=False), starts, axis=0))


def _refined(space: Array, labels: npt.NDArray[np.integer], rounds: int = 10) -> Labels:
    """Move every statement to the nearest centre until nothing moves."""
    current = _compact(labels)
    for _round in range(rounds):
        moved = (space @ _centres(space, current).T).argmax(axis=1)
        if (moved == current).all():
            break
        current = _compact(moved)
    return current


def _absorbed(space: Array, labels: Labels) -> Labels:
    """Groups below the smallest size join the nearest centre of a larger one."""
    small = np.bincount(labels)[labels] < SMALLEST
    if small.all() or not small.any():
        return labels
    large = _compact(labels[~small])
    result = labels.copy()
    result[~small] = large
    result[small] = (space[small] @ _centres(space[~small], large).T).argmax(axis=1)
    return result


def _pruned(space: Array, votes: Array, labels: Labels, fixed: npt.NDArray[np.bool_]) -> Labels:
    """Small groups join the nearest larger one if near enough; then what does not hold together goes.

    -1 marks outliers. Statements that people fixed stay where they are.
    """
    smallest = SMALLEST if len(labels) >= FEW else 2
    result = _joined(space, labels, fixed, smallest)
    similarity, agreement = _fit(space, votes, result)
    result[((similarity < _floor(len(labels))) | (agreement < AGREEMENT / 2)) & ~fixed] = -1
    similarity, agreement = _fit(space, votes, result)
    for label in np.unique(result[result >= 0]):
        inside = result == label
        holds = similarity[inside].mean() >= COHESION and agreement[inside].mean() >= AGREEMENT
        large = inside.sum() >= smallest or fixed[inside].any()
        if not (holds and large):
            result[inside & ~fixed] = -1
    return result


def _floor(count: int) -> float:
    return FLOOR if count >= FEW else FLOOR_FEW


def _joined(space: Array, labels: Labels, fixed: npt.NDArray[np.bool_], smallest: int) -> Labels:
    large = np.array(
        [(labels == label).sum() >= smallest or fixed[labels == label].any() for label in np.unique(labels)],
        dtype=bool,
    )
    result = labels.copy()
    if not large.size or large.all():
        return result
    result[~large[labels]] = -1
    targets = np.flatnonzero(large)
    if targets.size:
        near = space[result < 0] @ _centres(space, labels)[targets].T
        result[result < 0] = np.where(
            near.max(axis=1) >= _floor(len(labels)), targets[near.argmax(axis=1)], -1
        )
    return result


def _fit(space: Array, votes: Array, labels: Labels) -> tuple[Array, Array]:
    """Per statement: cosine to the centre of the group's other members, share of views agreeing with them."""
    same = (labels[:, None] == labels[None, :]) & (labels >= 0)[:, None]
    np.fill_diagonal(same, False)
    others = np.maximum(same.sum(axis=1), 1)
    similarity = (space * _unit(same @ space)).sum(axis=1)
    return similarity, (votes * same).sum(axis=1) / others


# --- Telling -----------------------------------------------------------------------------------------


def _groups(
    space: Array, votes: Array, labels: Labels, items: Sequence[Statement], fixed: Mapping[str, str]
) -> tuple[Group, ...]:
    found = np.unique(labels[labels >= 0])
    if not found.size:
        return ()
    members = [np.flatnonzero(labels == label).tolist() for label in found]
    similarity, agreement = _fit(space, votes, labels)
    margins = similarity - _next_best(space, labels)
    phrases = distinguishing([[items[index].text for index in inside] for inside in members])
    groups = [
        _group(inside, items, fixed, similarity, agreement, margins if len(found) > 1 else None, said)
        for inside, said in zip(members, phrases, strict=True)
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group.members), group.medoid)))


def _next_best(space: Array, labels: Labels) -> Array:
    grouped = labels >= 0
    compact = np.zeros_like(labels)
    compact[grouped] = _compact(labels[grouped])
    near = space @ _centres(space[grouped], compact[grouped]).T
    near[np.arange(len(labels)), compact] = -np.inf
    return np.asarray(near.max(axis=1))


def _group(
    inside: Sequence[int],
    items: Sequence[Statement],
    fixed: Mapping[str, str],
    similarity: Array,
    agreement: Array,
    margins: Array | None,
    phrases: tuple[str, ...],
) -> Group:
    texts = [items[index].text for index in inside]
    centre = items[int(inside[medoid(similarity[inside], texts)])]
    members = [
        Member(
            items[index].key,
            _rounded(similarity[index]),
            None if margins is None else _rounded(margins[index]),
            _rounded(agreement[index]),
        )
        for index in inside
    ]
    owners = {fixed[member.key] for member in members if member.key in fixed}
    return Group(
        members=tuple(sorted(members, key=lambda member: (-member.similarity, member.key))),
        cohesion=_rounded(similarity[inside].mean()),
        agreement=_rounded(agreement[inside].mean()),
        medoid=centre.key,
        phrases=phrases,
        name=suggested_name(centre.text),
        interviews=len({items[index].interview for index in inside}),
        fixed=owners.pop() if owners else None,
    )


def _rounded(value: float | np.floating) -> float:
    """Six digits: what lies beyond depends on the processor."""
    return round(float(value), 6)
