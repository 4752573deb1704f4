"""A comparison as rows for programs, as text for people, and its calibration as a plot: SVG, or in characters.

Where a baseline is ahead, the text says so in a sentence of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from weakties.proof.bootstrap import Difference
from weakties.proof.calibration import Reliability
from weakties.proof.compare import REFERENCE, Comparison, Measured
from weakties.proof.product import NAME

_NUMBERS = ("auc", "ndcg_at_10")
_CALLED = {"auc": "AUC", "ndcg_at_10": "NDCG@10"}
HEAD = ("method", "AUC", "NDCG@10", "AP", "Brier", "skill", "ECE", "weakties ahead by (AUC)", "(NDCG@10)")

# So many of them where the page is narrow.
NARROW = 4


def ours(found: Comparison) -> Measured:
    """Return what weakties itself was worth."""
    return found.of(NAME)


def rows(found: Comparison) -> list[dict[str, Any]]:
    """Return one mapping per method. Numbers that a method does not have are None.

    ci: of weakties less this method, `[difference, low, high]` of the 95 % interval; beats: whether weakties is above,
    and whether the interval excludes zero. ece_band: where the ECE of exact chances would lie.
    """
    return [_row(found, one) for one in found.methods]


def _row(found: Comparison, one: Measured) -> dict[str, Any]:
    curve = one.reliability
    return {
        "dataset": found.dataset,
        "task": found.task.name,
        "horizon": found.task.horizon_days,
        "method": one.method.name,
        "text": one.method.text,
        "auc": _known(one.auc),
        "ndcg_at_10": _known(one.ndcg),
        "ap": _known(one.ap),
        "ap_pooled": _known(one.ap_pooled),
        "brier": one.brier,
        "brier_skill": one.skill,
        "ece": curve.ece if curve else None,
        "ece_band": list(curve.band) if curve else None,
        "two_way": {"auc": _known(one.both_wrote[0]), "ndcg_at_10": _known(one.both_wrote[1])},
        "ci": {name: [_known(d.value), _known(d.low), _known(d.high)] for name, d in one.better.items()},
        "beats": {name: {"above": d.value > 0, "sure": d.sure} for name, d in one.better.items()},
        "others": one.method.others,
    }


def summary(found: Comparison) -> dict[str, Any]:
    """Return what the comparison was made on: counts, cut-offs, what was left out, the bins of our own chances."""
    us = ours(found)
    return {
        "dataset": found.dataset,
        "task": found.task.name,
        "horizon": found.task.horizon_days,
        "silent_days": found.task.silent_days,
        "cut_offs": list(found.cuts),
        "pairs": found.pairs,
        "egos": found.egos,
        "base": found.base,
        "drawn": found.drawn,
        "left_out": dict(found.left_out),
        "said": sentences(found),
        "reliability": [b.as_json() for b in us.reliability.bins] if us.reliability else [],
    }


def head(found: Comparison) -> str:
    """Return what was asked of whom, in a line or two."""
    task, cuts = found.task, len(found.cuts)
    silent = f", silent for {task.silent_days} days or longer" if task.silent_days else ""
    return (
        f"{found.dataset}: {task.name}, contact within {task.horizon_days} days{silent}; {cuts} cut-off"
        f"{'s' if cuts > 1 else ''}, on average {found.pairs:,.0f} pairs, {found.egos:,.0f} measured "
        f"{'egos' if round(found.egos) != 1 else 'ego'}, {found.base:.1%} in touch."
    )


def cells(found: Comparison) -> list[tuple[str, ...]]:
    """Return the table in the columns of HEAD, ours first, then in the order of the methods. `!` marks who is ahead of us."""
    order = sorted(found.methods, key=lambda m: m.method.name != NAME)
    return [
        (
            m.method.name,
            *(three(x) for x in (m.auc, m.ndcg, m.ap, m.brier, m.skill, m.reliability.ece if m.reliability else None)),
            interval(m.better.get("auc")),
            interval(m.better.get("ndcg_at_10")),
        )
        for m in order
    ]


def sentences(found: Comparison) -> list[str]:
    """Return what the table says in words: who is ahead of weakties, calibration, what was left out."""
    us = ours(found)
    said = [*_against(found)]
    if us.reliability:
        curve = us.reliability
        within = "no more than luck gives an exact one" if curve.within else "more than luck gives an exact one"
        said.append(
            f"What weakties says is off by {curve.ece:.3f} on average (ECE), {within} on these pairs "
            f"({curve.band[0]:.3f} to {curve.band[1]:.3f})."
        )
    if us.skill is not None and any(m.method.name == REFERENCE for m in found.methods):
        better = "smaller" if us.skill > 0 else "larger"
        said.append(f"Its Brier score is {abs(us.skill):.1%} {better} than that of {REFERENCE}.")
    if not math.isnan(us.both_wrote[0]):
        said.append(f"Where only contact both ways counts: AUC {us.both_wrote[0]:.3f}, NDCG@10 {us.both_wrote[1]:.3f}.")
    said.append(f"Intervals are 95 %, drawn over {found.drawn}{' and cut-offs' if found.drawn == 'contacts' else ''}.")
    return [*said, *_left_out(found)]


def _left_out(found: Comparison) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for name, reason in found.left_out:
        by_reason.setdefault(reason, []).append(name)
    return [f"Left out {_and(names)}: {reason}." for reason, names in by_reason.items()]


def _against(found: Comparison) -> list[str]:
    said = []
    for name in _NUMBERS:
        said += against({m.method.name: m.better[name] for m in found.methods if name in m.better}, _CALLED[name])
    return said


def against(held: Mapping[str, Difference], measure: str) -> list[str]:
    """Return in words who is ahead of weakties and of how many it is ahead. held: method -> ours less theirs."""
    if not held:
        return []
    ahead = [name for name, better in held.items() if better.value <= 0]
    sure = [name for name in ahead if held[name].sure]
    unsure = [name for name in ahead if not held[name].sure]
    said = []
    if sure:
        said.append(f"By {measure} {_and(sure)} {_s(sure, 'order')} better than weakties, beyond chance.")
    if unsure:
        said.append(f"By {measure} {_and(unsure)} {_are(unsure)} as good as weakties, as far as these pairs can tell.")
    clear = sum(better.low > 0 for better in held.values())
    return [*said, f"By {measure} weakties is ahead of {clear} of {len(held)} others beyond chance."]


def text(found: Comparison) -> str:
    """Return the whole comparison as text for a terminal or a page in a fixed font."""
    us = ours(found)
    plot = [plot_text(us.reliability), ""] if us.reliability else []
    return "\n".join([head(found), "", *lined([HEAD, *cells(found)]), "", *plot, *sentences(found)])


def lined(table: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines, their columns one below the other, the first to the left and the rest to the right."""
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return [
        "  ".join(
            c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def plot_text(curve: Reliability, *, width: int = 40) -> str:
    """Return the reliability of chances in characters: `o` what was said, `x` what came, `-` the band of exact chances."""
    lines = [f"{'pairs':>9}  said  came  0{'':{width - 2}}1"]
    for one in curve.bins:
        line = [" "] * (width + 1)
        for place in range(round(one.low * width), round(one.high * width) + 1):
            line[place] = "-"
        line[round(one.said * width)] = "o"
        line[round(one.came * width)] = "x"
        lines.append(f"{one.pairs:9,}  {one.said:.2f}  {one.came:.2f}  {''.join(line)}".rstrip())
    return "\n".join(lines)


_SIDE, _MARGIN = 320, 44
# A drawing of its own follows the reader's light or dark; one within a page takes the page's colour.
_STYLE = "<style>svg:root{color:CanvasText;background:Canvas;color-scheme:light dark}</style>"
_INK = 'style="font:12px system-ui,sans-serif" fill="currentColor" stroke="currentColor"'


def plot_svg(curve: Reliability, *, title: str) -> str:
    """Return the reliability of chances as an SVG drawing that takes its colour from where it stands.

    Points: share in touch over what was said; bars: the 95 % band of exact chances; their numbers as text in each point.
    """
    whole = _SIDE + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" role="img" {_INK}>',
        _STYLE,
        f"<title>{_escaped(title)}</title>",
        f'<path d="M{_x(0)} {_y(0)}H{_x(1)}M{_x(0)} {_y(0)}V{_y(1)}" fill="none"/>',
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" fill="none" stroke-dasharray="4 4" opacity=".5"/>',
    ]
    for share in (0.0, 0.5, 1.0):
        parts.append(_label(_x(share), _y(0) + 18, f"{share:g}", "middle"))
        parts.append(_label(_x(0) - 8, _y(share) + 4, f"{share:g}", "end"))
    parts.append(_label(_x(0.5), whole - 6, "said", "middle"))
    parts.append(_label(_x(0), _y(1) - 10, "came", "middle"))
    for one in curve.bins:
        x = _x(one.said)
        told = f"{one.pairs:,} pairs: said {one.said:.3f}, came {one.came:.3f}, exact {one.low:.3f} to {one.high:.3f}"
        parts.append(f'<path d="M{x} {_y(one.low)}V{_y(one.high)}" stroke-width="5" opacity=".3"/>')
        parts.append(f'<circle cx="{x}" cy="{_y(one.came)}" r="4" stroke="none"><title>{told}</title></circle>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(share: float) -> float:
    return round(_MARGIN + share * _SIDE, 1)


def _y(share: float) -> float:
    return round(_MARGIN + (1 - share) * _SIDE, 1)


def _label(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" stroke="none">{said}</text>'


def _escaped(said: str) -> str:
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def three(number: float | None) -> str:
    """Return a number with three places and without the 0 before them; nothing for none."""
    if number is None or math.isnan(number):
        return ""
    return f"{number:.3f}".replace("0.", ".", 1) if abs(number) < 1 else f"{number:.3f}"


def interval(difference: Difference | None) -> str:
    """Return a difference with its interval; `!` where it excludes zero from below."""
    if difference is None:
        return ""
    ahead = " !" if difference.high < 0 else "  "
    value, low, high = (round(x, 3) + 0.0 for x in (difference.value, difference.low, difference.high))
    return f"{value:+.3f} ({low:+.3f} to {high:+.3f}){ahead}"


def _are(words: list[str]) -> str:
    return "are" if len(words) > 1 else "is"


def _s(words: list[str], verb: str) -> str:
    return verb if len(words) > 1 else f"{verb}s"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
