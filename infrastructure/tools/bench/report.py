"""What was measured, as a table to read and as JSON to keep."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Spread:
    """One figure of several rounds: their median, and the least and the most of them."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{shown(self.median)} [{shown(self.least)}..{shown(self.most)}]"


Cell = Spread | float | str


@dataclass(frozen=True)
class Aim:
    """What a figure should be, and whether it is."""

    text: str
    is_met: bool


def at_least(spread: Spread, wanted: float, unit: str) -> Aim:
    """The median is not below `wanted`."""
    return Aim(f">= {wanted:g} {unit}", spread.median >= wanted)


def at_most(spread: Spread, wanted: float, unit: str) -> Aim:
    """The median is not above `wanted`."""
    return Aim(f"<= {wanted:g} {unit}", spread.median <= wanted)


@dataclass(frozen=True)
class Row:
    """One thing measured: a cell a column, and its aims."""

    name: str
    cells: tuple[Cell, ...]
    aims: tuple[Aim, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether every aim is."""
        return all(aim.is_met for aim in self.aims)


@dataclass
class Table:
    """What one section measured, and what one must know to read it."""

    section: str
    title: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The table in columns; aims are said as ok or MISSED."""
        head = ("", *self.columns, "aims" if any(row.aims for row in self.rows) else "")
        lines = [head, *(self._line(row) for row in self.rows)]
        widths = [max(len(line[index]) for line in lines) for index in range(len(head))]
        said = [f"\n{self.section}: {self.title}"]
        for line in lines:
            first = line[0].ljust(widths[0])
            rest = (cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1], strict=True))
            said.append("  " + "  ".join([first, *rest, line[-1]]).rstrip())
        return "\n".join([*said, *(f"  - {note}" for note in self.notes)])

    def _line(self, row: Row) -> tuple[str, ...]:
        cells = [
            cell if isinstance(cell, str) else shown(cell) if isinstance(cell, float) else str(cell)
            for cell in row.cells
        ]
        cells += [""] * (len(self.columns) - len(cells))
        return (row.name, *cells, "; ".join(f"{aim.text} {'ok' if aim.is_met else 'MISSED'}" for aim in row.aims))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0.95) of the values do not exceed (nearest rank); NaN of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def shown(value: float) -> str:
    """A number with three digits that matter."""
    return (
        f"{value:,.0f}"
        if abs(value) >= 100 or value == int(value)
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )


def write_json(file: Path, facts: dict[str, object], tables: Sequence[Table]) -> None:
    """Everything as one JSON document."""
    file.write_text(json.dumps({"machine": facts, "tables": [asdict(table) for table in tables]}, indent=2) + "\n")
