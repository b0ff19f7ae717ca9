"""Tables with a column per parameter: CSV and TSV exports, output of database clients, Markdown.

The header names the columns; each later row with the same number of cells is an object of parameters.
"""

from collections.abc import Callable
from functools import partial

from connect_errors import lazy_re
from connect_errors.captures.objects import is_plausible, query_of
from connect_errors.captures.pairs import NO_VALUE, is_parameter

MAX_HEADER = 2000
"""Maximum length of a header, in characters."""

BOXES = "│┃┆"
"""Column separators in tables drawn with lines."""

_SEPARATOR = lazy_re.pattern(r"[,;|\t]")
_NAME = lazy_re.pattern(r"\"[\w .@()/-]{1,60}\"|[\w.@()/-][\w .@()/-]{0,59}")
_RULE = lazy_re.pattern(r"[-=:|│┃┆+ \t─═┼╪╞╡├┤┡╇┩━]+")
"""The rule under a header."""

_DASHES = lazy_re.pattern(r"-{2,}")
_TO_BAR = str.maketrans(dict.fromkeys(BOXES, "|"))
_REDIRECT_COLUMNS = (
    frozenset(("error", "error_description")),
    frozenset(("code", "state")),
    frozenset(("code", "user_id")),
)
"""Sets of columns that identify a table of redirects."""


class Table:
    """The columns of a table that are parameters.

    Args:
        names: the names of all its columns.
        cells: splits a line into cells.
        needs_state: whether rows without a state are ignored: documentation describes errors in such tables, too.
    """

    def __init__(self, names: list[str], cells: Callable[[str], list[str]], *, needs_state: bool) -> None:
        self._cells = cells
        self._needs_state = needs_state
        self._count = len(names)
        self._columns: dict[str, int] = {}
        for index, name in enumerate(names):
            if is_parameter(last := name.rpartition(".")[2]):
                self._columns.setdefault(last, index)

    @property
    def is_of_redirects(self) -> bool:
        """Whether its columns are those of redirects, rather than a single one with such a name."""
        return any(names <= self._columns.keys() for names in _REDIRECT_COLUMNS)

    def has_row(self, line: str) -> bool:
        """Whether a line is a row of the table, or the rule under its header."""
        return bool(_RULE.fullmatch(line)) or len(self._cells(line)) == self._count

    def query(self, line: str) -> str | None:
        """Read a row as a query string; None if it is not a redirect."""
        cells = self._cells(line)
        if len(cells) != self._count or _RULE.fullmatch(line):
            return None
        named_cells = ((name, cells[index]) for name, index in self._columns.items())
        values = {name: value for name, value in named_cells if value and value.lower() not in NO_VALUE}
        if not is_plausible(values) or (self._needs_state and "state" not in values):
            return None
        return query_of(values, is_query="error" in values and "error_description" in self._columns)


def read_header(line: str) -> Table | None:
    """Read a line as the header of a table of redirects; None if it is not one."""
    if len(line) > MAX_HEADER:
        return None
    text = line.translate(_TO_BAR)
    separator = _SEPARATOR.search(text)
    names = [cell.strip(" ") for cell in text.split(separator[0])] if separator else []
    if separator is None or not all(_NAME.fullmatch(name) for name in names if name):
        return None
    cells = partial(_split_cells, separator[0])
    table = Table(cells(line), cells, needs_state=separator[0] == "|")
    return table if table.is_of_redirects else None


def read_aligned_header(line: str, rule: str) -> Table | None:
    """Read a header without separators, whose columns start where the dashes on the next line do."""
    starts = [match.start() for match in _DASHES.finditer(rule)]
    if len(starts) < 2 or len(line) > MAX_HEADER or not _RULE.fullmatch(rule):  # noqa: PLR2004 - a table has two columns
        return None
    cells = partial(_split_aligned_cells, starts)
    table = Table(cells(line), cells, needs_state=False)
    return table if table.is_of_redirects else None


def _split_cells(separator: str, line: str) -> list[str]:
    line = line.translate(_TO_BAR) if separator == "|" else line
    if '"' not in line:
        return [cell.strip(" '\t") for cell in line.split(separator)]
    import csv  # rarely needed

    try:
        return [cell.strip() for cell in next(csv.reader((line,), delimiter=separator, skipinitialspace=True), [])]
    except csv.Error:
        return []


def _split_aligned_cells(starts: list[int], line: str) -> list[str]:
    """Split a line where its columns start; return no cells if this would split a word."""
    if any(line[start - 1 : start].strip() for start in starts[1:]) or not line.strip():
        return []
    return [line[start:end].strip() for start, end in zip(starts, (*starts[1:], None), strict=True)]
