"""A plain SVG: a bar for each median, a dot for each round."""

from html import escape

from harness.figures import Comparison

WIDTH, LEFT, RIGHT, BAR, GAP = 760, 210, 90, 22, 14
OURS, PEER, DOT = "#2f6f8f", "#b9b4a8", "#1c1c1c"


def draw(comparisons: list[Comparison]) -> str:
    parts, top = [], 10
    for comparison in comparisons:
        sides = comparison.sides
        scale = (WIDTH - LEFT - RIGHT) / max(max(side.rounds) for side in sides)
        parts.append(text(10, top + 14, f"{comparison.work}, {comparison.unit}", weight="bold"))
        top += 26
        for side in sides:
            parts.append(text(LEFT - 8, top + 15, side.name, anchor="end"))
            color = OURS if side is comparison.ours else PEER
            parts.append(
                f'<rect x="{LEFT}" y="{top}" width="{side.median * scale:.1f}" height="{BAR}" fill="{color}"/>'
            )
            for figure in side.rounds:
                parts.append(
                    f'<circle cx="{LEFT + figure * scale:.1f}" cy="{top + BAR / 2:.1f}" r="2.5" fill="{DOT}" '
                    'fill-opacity="0.5"/>'
                )
            parts.append(text(WIDTH - 8, top + 15, comparison.said(side.median), anchor="end"))
            top += BAR + GAP // 2
        top += GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top}" viewBox="0 0 {WIDTH} {top}" '
        'font-family="sans-serif" font-size="13">\n'
        f'<rect width="{WIDTH}" height="{top}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def text(x: float, y: float, words: str, anchor: str = "start", weight: str = "normal") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
