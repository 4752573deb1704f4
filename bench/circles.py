"""Circles of an invented network: Leiden as weakties runs it, against two kept libraries, each in a process of its own.

`python -m bench.circles [TIES ...]` (default: 200,000 and 10,000,000). scikit-network (BSD) and NetworKit (MIT) are measured
where they are installed: `uv pip install --target peers scikit-network networkit`, then `PYTHONPATH=peers`. All get the same
arrays; modularity is worked out by one formula for all.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from bench.graph import invent
from bench.measure import environment, machine, measured
from weakties.network import circles, graph
from weakties.network.graph import Graph

SIZES = (200_000, 10_000_000)
# People for so many ties, as many as in the graph bench.
_PER_PERSON = 10

Labels = NDArray[np.int64]


def ours(net: Graph) -> Labels:
    """Find circles as a home does; who is in none is alone."""
    found = circles.circles(net, np.zeros(len(net.indices), dtype=np.int64)).home.astype(np.int64)
    alone = found < 0
    found[alone] = found.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return found


def scikit_network(net: Graph) -> Labels:
    """Find communities with scikit-network's Leiden."""
    from scipy.sparse import csr_matrix
    from sknetwork.clustering import Leiden

    matrix = csr_matrix((net.weight.astype(np.float64), net.indices, net.indptr), shape=(net.nodes, net.nodes))
    return np.asarray(Leiden(random_state=0).fit_predict(matrix), dtype=np.int64)


def networkit(net: Graph) -> Labels:
    """Find communities with NetworKit's parallel Leiden."""
    import networkit as nk

    nk.engineering.setSeed(0, useThreadId=False)
    rows = net.rows
    once = rows < net.indices
    # Indices of four bytes crash it.
    coo = (net.weight[once].astype(np.float64), (rows[once].astype(np.int64), net.indices[once].astype(np.int64)))
    made = nk.GraphFromCoo(coo, n=net.nodes, weighted=True, directed=False)
    found = nk.community.ParallelLeiden(made, randomize=False)
    found.run()
    return np.asarray(found.getPartition().getVector(), dtype=np.int64)


PROGRAMS: dict[str, tuple[str, str, Callable[[Graph], Labels]]] = {
    "weakties": ("graspologic_native", "graspologic-native", ours),
    "scikit-network": ("sknetwork", "scikit-network", scikit_network),
    "NetworKit": ("networkit", "networkit", networkit),
}


def modularity(net: Graph, labels: Labels) -> float:
    """Return the modularity of a partition, weights as they are (Newman 2004)."""
    rows = net.rows
    weight = net.weight.astype(np.float64)
    total = weight.sum()
    inside = weight[labels[rows] == labels[net.indices]].sum()
    strength = np.bincount(rows, weight, minlength=net.nodes)
    return float(inside / total - np.sum((np.bincount(labels, strength) / total) ** 2))


def main(words: list[str]) -> int:
    """Measure each program on each size, or, told `run`, be one of them."""
    if words[:1] == ["run"]:
        net = graph.read(Path(words[2]))
        began = time.perf_counter()
        labels = PROGRAMS[words[1]][2](net)
        spent = time.perf_counter() - began
        print(f"{spent:.2f} {modularity(net, labels):.4f} {len(np.unique(labels))}")
        return 0
    print(machine())
    head = f"{'ties':>12} {'program':16}{'version':>9}{'seconds':>10}{'process':>9}{'peak MiB':>10}{'modularity':>12}{'circles':>9}"
    print(head)
    for ties in [int(word) for word in words] or SIZES:
        with TemporaryDirectory(prefix="weakties-bench-") as temporary:
            folder = Path(temporary)
            invent(folder / "ties.parquet", ties // _PER_PERSON, ties)
            graph.from_parquet(folder / "ties.parquet", folder / "graph", nodes=ties // _PER_PERSON)
            for name, (module, package, _) in PROGRAMS.items():
                if find_spec(module) is None:
                    print(f"{ties:12,} {name:16}is not installed, so it is left out")
                    continue
                _measure(folder, ties, name, package)
    return 0


def _measure(folder: Path, ties: int, name: str, package: str) -> None:
    try:
        number = version(package)
    except PackageNotFoundError:
        number = "?"
    roots = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    said = folder / "said"
    shell = [
        "sh",
        "-c",
        f'exec "{sys.executable}" -m bench.circles run "$0" "$1" > "$2"',
        name,
        str(folder / "graph"),
        str(said),
    ]
    cost = measured(shell, environment(PYTHONPATH=roots))
    spent, quality, count = said.read_text(encoding="utf-8").split()
    print(
        f"{ties:12,} {name:16}{number:>9}{spent:>10}{cost.wall:9.1f}{cost.memory:10,.0f}{quality:>12}{int(count):9,}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
