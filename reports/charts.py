"""Pictures of the figures: positions and sizes computed here, drawn by templates as inline SVG, once wide, once narrow.

Every number of a picture also stands in the table beneath it. Positions are whole units of the viewBox, so that no
language writes them with a comma.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.rates import Share
from reports.reading import Line

TEXT_LIMIT = 38  # characters of a name in the narrow picture; the table has it in full


@dataclass(frozen=True)
class Shape:
    """Sizes of one drawing of a chart."""

    css: str
    width: int
    height: int
    left: int
    bottom: int
    labels: int  # how many labels fit under the bars


WIDE = Shape("wide", 1040, 330, 60, 34, 24)
NARROW = Shape("narrow", 328, 280, 50, 34, 8)


@dataclass(frozen=True)
class Box:
    """A rectangle of the series `css`."""

    css: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Label:
    """A text at a place."""

    x: int
    y: int
    text: str | int | Decimal


@dataclass(frozen=True)
class Columns:
    """Stacked columns over an axis that starts at 0."""

    shape: Shape
    boxes: Sequence[Box]
    names: Sequence[Label]
    ticks: Sequence[Label]

    @property
    def base(self) -> int:
        """Where the axis lies."""
        return self.shape.height - self.shape.bottom


def columns(lines: Sequence[Line], series: Sequence[tuple[str, Sequence[str]]]) -> list[Columns]:
    """One column per month, wide and narrow; `series`: (css class, counts that are added up) from the bottom."""
    return [_columns(lines, series, shape) for shape in (WIDE, NARROW)]


def _columns(lines: Sequence[Line], series: Sequence[tuple[str, Sequence[str]]], shape: Shape) -> Columns:
    values = [[(css, sum(line.counts[key] for key in keys)) for css, keys in series] for line in lines]
    step = tick_step(max((sum(number for _css, number in column) for column in values), default=0))
    top = step * max(1, -(-max((sum(n for _c, n in column) for column in values), default=0) // step))
    slot, base = (shape.width - shape.left) / max(1, len(lines)), shape.height - shape.bottom
    boxes = [
        box
        for number, column in enumerate(values)
        for box in _stack(
            column, round(shape.left + slot * (number + 0.2)), max(4, round(slot * 0.6)), base, (base - 16) / top
        )
    ]
    every = -(-len(lines) // shape.labels)
    names = [
        Label(round(shape.left + slot * (number + 0.5)), shape.height - 10, _month(line, shape))
        for number, line in enumerate(lines)
        if number % every == 0
    ]
    ticks = [Label(shape.left - 8, round(base - (base - 16) * tick / top), tick) for tick in range(0, top + 1, step)]
    return Columns(shape, boxes, names, ticks)


def _stack(column: Sequence[tuple[str, int]], x: int, width: int, base: int, scale: float) -> Iterator[Box]:
    reached = 0
    for css, number in column:
        low, high = round(reached * scale), round((reached + number) * scale)
        if high > low:
            yield Box(css, x, base - high, width, high - low)
        reached += number


def _month(line: Line, shape: Shape) -> str:
    """T1 to T12 on a wide picture, the number alone on a narrow one; January bears its year."""
    if line.month is None:
        return line.name
    return f"{line.month:%m/%y}" if shape is WIDE else str(line.month.month)


def tick_step(largest: int) -> int:
    """A round step (1, 2 or 5 times a power of ten) that needs at most five ticks."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * 5 >= largest:
                return step * factor
        step *= 10


@dataclass(frozen=True)
class Bar:
    """One row: a name above a bar of parts that together are 100 %."""

    name: str
    y: int
    boxes: Sequence[Box]
    share: Share


@dataclass(frozen=True)
class Bars:
    """Rows of stacked bars; all begin at 0 % and end at 100 %."""

    shape: Shape
    rows: Sequence[Bar]
    end: int  # where 100 % lies

    @property
    def height(self) -> int:
        return len(self.rows) * ROW + 6


ROW = 46


def bars(rows: Sequence[tuple[str, Share, Sequence[tuple[str, int]]]]) -> list[Bars]:
    """One bar per row (name, the share written at its end, its parts by css class), wide and narrow."""
    return [_bars(rows, shape, end) for shape, end in ((WIDE, 950), (NARROW, 250))]


def _bars(rows: Sequence[tuple[str, Share, Sequence[tuple[str, int]]]], shape: Shape, end: int) -> Bars:
    found = []
    for number, (name, share, parts) in enumerate(rows):
        text = name if shape is WIDE or len(name) <= TEXT_LIMIT else f"{name[: TEXT_LIMIT - 1]}…"
        found.append(Bar(text, number * ROW, list(_parts(parts, end, number * ROW + 22)), share))
    return Bars(shape, found, end)


def _parts(parts: Sequence[tuple[str, int]], end: int, y: int) -> Iterator[Box]:
    whole, reached = sum(number for _css, number in parts), 0
    for css, number in parts:
        left, right = (
            round(reached * end / whole) if whole else 0,
            round((reached + number) * end / whole) if whole else 0,
        )
        if right > left:
            yield Box(css, left, y, right - left, 14)
        reached += number
