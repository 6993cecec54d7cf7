"""docs/benchmarks.md: each work rewrites what lies between its own markers, and nothing else."""

import datetime
from pathlib import Path

from harness import chart
from harness.figures import Comparison

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "benchmarks.md"
CHARTS = REPOSITORY / "docs" / "benchmarks"


def write_section(work: str, text: str) -> None:
    """Puts `text` between the markers of `work`; a work that has none yet comes last."""
    begin, end = f"<!-- {work}:begin -->", f"<!-- {work}:end -->"
    page = PAGE.read_text(encoding="utf-8")
    if begin in page and end in page:
        before, rest = page.split(begin, 1)
        after = rest.split(end, 1)[1]
    else:
        before, after = page.rstrip() + "\n\n", "\n"
    PAGE.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")


def table(comparisons: list[Comparison]) -> str:
    lines = [
        "| work | Pawl | peer | ratio | 95 % interval | aim | |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for one in comparisons:
        low, high = one.interval
        for peer in [*one.peers, *one.others]:
            claim = (
                [f"**{one.ratio:.2f}×**", f"{low:.2f}–{high:.2f}", f"≥ {one.aim:.3g}×", one.verdict]
                if peer is one.best
                else [f"{one.ours.median / peer.median:.2f}×", "", "", "for scale"]
            )
            ours, theirs = (f"{one.said(side.median)}{one.suffix}" for side in (one.ours, peer))
            cells = [one.work, ours, f"{peer.name} {theirs}", *claim]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def rounds(comparison: Comparison) -> str:
    """Every figure, so that somebody else can do the statistics again."""
    sides = comparison.sides
    lines = [
        f"| {comparison.work}, {comparison.unit} | " + " | ".join(side.name for side in sides) + " |",
        "|---|" + "--:|" * len(sides),
    ]
    for number, figures in enumerate(zip(*(side.rounds for side in sides)), start=1):
        lines.append(f"| round {number} | " + " | ".join(comparison.said(figure) for figure in figures) + " |")
    return "\n".join(lines)


def facts_and_rounds(facts: list[tuple[str, str]], comparisons: list[Comparison]) -> str:
    """How a section ends: the machine, and all that was measured, folded away."""
    return f"""| | |
|---|---|
{chr(10).join(f"| {name} | {value} |" for name, value in facts)}

<details><summary>Every round</summary>

{(chr(10) * 2).join(rounds(one) for one in comparisons)}

</details>"""


def now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def write_chart(name: str, comparisons: list[Comparison]) -> str:
    """Draws the rounds; returns the Markdown that shows them."""
    CHARTS.mkdir(parents=True, exist_ok=True)
    (CHARTS / f"{name}.svg").write_text(chart.draw(comparisons), encoding="utf-8")
    return f"![Every round as a dot, the medians as bars](benchmarks/{name}.svg)"


def print_verdicts(comparisons: list[Comparison]) -> None:
    for one in comparisons:
        low, high = one.interval
        ours, best = one.said(one.ours.median), one.said(one.best.median)
        print(
            f"{one.work}: {one.ours.name} {ours}{one.suffix}, {one.best.name} {best}{one.suffix}, "
            f"{one.ratio:.2f}× ({low:.2f}–{high:.2f}), aim ≥ {one.aim:.3g}×: {one.verdict}")
    print(f"written: {PAGE.relative_to(REPOSITORY)}")
