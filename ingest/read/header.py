"""Finds the heading of a sheet by the columns that the contract requires, wherever it stands.

Agencies put titles above it, merge it over two rows, mark it with asterisks and units, and print
it again on each page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

# A heading deeper than this is none: titles, notes to the filler and blank rows take few lines.
SEARCH_ROWS = 30
MAX_COLUMNS = 1000

# The lower row of a merged heading that only repeats what its group is: 负责人 | 姓名.
NAME_OF_GROUP = frozenset({"姓名", "名称", "名字"})
# Columns that number the lines of every sheet; nobody misses them.
LINE_NUMBERS = frozenset({"序号", "编号", "行号", "no", "no."})
NOISE = re.compile(r"[\s*※_\u200b-\u200f\ufeff]+")
SUFFIX = re.compile(r"(\([^()]*\)|\[[^\[\]]*\]|必填|选填|:)$")
FOOTER = re.compile(
    r"(合计|总计|小计|共计|累计|本页合计|备注|注|说明|填表|制表|填报|报送|审核|审批|复核|经办"
    r"|打印|导出|单位负责人|负责人签|联系人|联系电话|盖章|签字|第\d+页|共\d+|.{1,30}(小计|合计)$)"
)
TOTAL = re.compile(r"(本页)?(合计|总计|小计|共计|累计):?")
# How a title or a group says in what money is counted: 单位：万元, 处罚情况（万元）.
UNIT = re.compile(r"(?:单位:?(?:人民币)?|\()(万?元)")


@dataclass(frozen=True)
class Wanted:
    """One contract column as the reader needs it: under which headings, and whether it must be.

    `preset`: it stands in the form before anyone fills it in.
    """

    name: str
    headers: tuple[str, ...]
    required: bool
    type: str
    preset: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading that was found: its last row, and where each contract column stands.

    `units`: in what its money is counted where the group or a title says so and the label does not.
    `extra`: how many columns the contract does not know. What they are called is not kept: in a
    sheet without a heading that would be somebody's name.
    """

    row: int
    positions: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    extra: int = 0
    missing: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether every required column was found."""
        return not self.missing

    @property
    def headings(self) -> dict[str, str]:
        """Each column's label, with the unit of its money."""
        return {name: label + self.units.get(name, "") for name, label in self.labels.items()}


def fold(text: str) -> str:
    """A heading without width, spaces, line breaks and marks of obligation."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _spellings(text: str) -> list[str]:
    """The folded heading, then the same without a trailing unit or hint: 罚款金额(万元)."""
    spelling = fold(text)
    found = [spelling]
    while (shorter := SUFFIX.sub("", spelling)) not in ("", spelling):
        spelling = shorter
        found.append(spelling)
    return found


class Vocabulary:
    """Which contract column a heading stands for; own headings win over aliases."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self.wanted = wanted
        self._meaning: dict[str, tuple[int, str]] = {}
        for column in wanted:
            for rank, header in enumerate(column.headers):
                known = self._meaning.get(fold(header))
                if known is None or rank < known[0]:
                    self._meaning[fold(header)] = (rank, column.name)

    def meaning(self, text: str) -> tuple[int, str] | None:
        """(rank, column) of a heading, lower ranks being surer; None when it is unknown."""
        for spelling in _spellings(text):
            if spelling in self._meaning:
                return self._meaning[spelling]
        return None

    def grouped(self, group: str, label: str) -> tuple[int, str] | None:
        """The column of `label` under `group` in a merged heading of two rows."""
        if not label.strip():
            return self.meaning(group)
        if both := self.meaning(group + label):
            return both
        if fold(label) in NAME_OF_GROUP and (named := self.meaning(group)):
            return named
        return self.meaning(label)

    def heading(
        self, row: int, upper: Sequence[str] | None, lower: Sequence[str], above: str = ""
    ) -> Heading:
        """The heading made of one row, or of a group row and the row below it.

        `above`: the titles over it.
        """
        groups = list(upper) if upper else []
        if upper:
            _spread(groups, lower)
        best: dict[str, tuple[int, int]] = {}
        for position, label in enumerate(lower):
            group = groups[position] if position < len(groups) else ""
            found = self.grouped(group, label) if upper else self.meaning(label)
            if found and (found[1] not in best or found[0] < best[found[1]][0]):
                best[found[1]] = (found[0], position)
        positions = {name: position for name, (_, position) in best.items()}
        taken = set(positions.values())

        def group_of(position: int) -> str:
            return groups[position].strip() if position < len(groups) else ""

        def text(position: int) -> str:
            return lower[position].strip() or group_of(position)

        def unit(position: int) -> str:
            told = [] if "元" in text(position) else [group_of(position), above]
            return next((found[1] for t in told if (found := UNIT.search(fold(t)))), "")

        return Heading(
            row=row,
            positions=positions,
            labels={name: text(position) for name, position in positions.items()},
            units={
                c.name: unit(positions[c.name])
                for c in self.wanted
                if c.type == "money" and c.name in positions
            },
            extra=sum(
                i not in taken and fold(text(i)) not in ("", *LINE_NUMBERS)
                for i in range(len(lower))
            ),
            missing=tuple(
                c.headers[0] for c in self.wanted if c.required and c.name not in positions
            ),
        )

    def find(self, rows: Sequence[Sequence[str]]) -> Heading | None:
        """The heading within the first rows: one that fits, else the one that says most.

        Of headings that fit, the one with the most columns wins, then the earliest.
        None when no row names any column of the contract.
        """
        best: Heading | None = None
        for i, row in enumerate(rows[:SEARCH_ROWS]):
            above = "\n".join(cell for title in rows[:i] for cell in title)
            candidates = [self.heading(i, None, row, above)]
            if i + 1 < len(rows):
                lower = _padded(rows[i + 1], len(row))
                candidates.append(self.heading(i + 1, row, lower, above))
            for candidate in candidates:
                if candidate.positions and (best is None or _score(candidate) > _score(best)):
                    best = candidate
        return best


def _score(heading: Heading) -> tuple[bool, int]:
    return heading.fits, len(heading.positions)


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def _spread(groups: list[str], lower: Sequence[str]) -> None:
    """Fill a merged group's text to the right, as far as the row below it has labels."""
    for i in range(1, len(groups)):
        if not groups[i].strip() and lower[i].strip() and lower[i - 1].strip():
            groups[i] = groups[i - 1]


def is_total(text: str) -> bool:
    """Whether a cell says nothing but that its row is a total."""
    return bool(TOTAL.fullmatch(fold(text)))


def is_footer(text: str) -> bool:
    """Whether a row that begins with this text is a total, a remark or a signature line."""
    return bool(FOOTER.match(fold(text)))
