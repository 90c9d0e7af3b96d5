"""Draws the calibration: what was said, beside what happened."""

from collections.abc import Sequence

from infrastructure.tools.fit_risk.fitting import DAYS
from infrastructure.tools.fit_risk.measures import Judged, bins

SIDE, MARGIN = 360, 48
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Okabe and Ito's, which the colour-blind tell apart."""


def calibration(judged: Sequence[Judged]) -> str:
    """An SVG: for each day, the share of fails over the mean risk of each bin; a dot's area is its learners."""
    width, height = SIDE + MARGIN + 130, SIDE + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="12">',
        "<title>Share of learners who failed, over the risk that was said</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *_axes(),
    ]
    for at, (day, colour) in enumerate(zip(DAYS, COLOURS, strict=True)):
        found = bins([one for one in judged if one.day == day])
        path = " ".join(f"{_x(one.risk):.1f},{_y(one.failed):.1f}" for one in found)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        for one in found:
            radius = 2 + (one.learners / 60) ** 0.5
            place = f'cx="{_x(one.risk):.1f}" cy="{_y(one.failed):.1f}" r="{radius:.1f}"'
            lines.append(f'<circle {place} fill="{colour}" fill-opacity="0.45"/>')
        line = MARGIN + 20 * (at + 1)
        lines.append(f'<circle cx="{SIDE + MARGIN + 24}" cy="{line}" r="5" fill="{colour}"/>')
        lines.append(f'<text x="{SIDE + MARGIN + 36}" y="{line + 4}">day {day}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def _axes() -> list[str]:
    frame = f'x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}"'
    drawn = [
        f'<rect {frame} fill="none" stroke="#999"/>',
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
        f'<text x="{_x(0.5):.1f}" y="{SIDE + MARGIN + 38}" text-anchor="middle">risk that was said</text>',
        f'<text x="{MARGIN}" y="{MARGIN - 14}">share that failed</text>',
    ]
    for tenth in range(0, 11, 2):
        said = tenth / 10
        drawn.append(f'<text x="{_x(said):.1f}" y="{SIDE + MARGIN + 18}" text-anchor="middle">{said:.1f}</text>')
        drawn.append(f'<text x="{MARGIN - 8}" y="{_y(said) + 4:.1f}" text-anchor="end">{said:.1f}</text>')
    return drawn


def _x(share: float) -> float:
    return MARGIN + share * SIDE


def _y(share: float) -> float:
    return MARGIN + (1 - share) * SIDE
