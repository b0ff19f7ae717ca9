"""Tables whose columns are the parameters: CSV and TSV exports, the tables of database clients, Markdown.

The header names the columns, and each row after it that has as many cells is an object of parameters.
"""

import re

from connect_errors.captures.objects import is_plausible, query_of
from connect_errors.captures.pairs import NO_VALUE, is_parameter

MAX_HEADER = 2000
"""Characters of a header that is read."""

_CELL = r" *(?:\"[\w .@()/-]{1,60}\"|[\w.@()/-][\w .@()/-]{0,59})? *"
_HEADER = re.compile(rf"{_CELL}(?:(?P<separator>[,;|\t]){_CELL}(?:(?P=separator){_CELL})*+)")
_RULE = re.compile(r"[-=:|+ \t─┼]+")
"""The line under a header."""

_ENOUGH = (frozenset(("error", "error_description")), frozenset(("code", "state")), frozenset(("code", "user_id")))
"""Columns that are those of redirects."""


class Table:
    """The columns of a table that are parameters.

    Args:
        separator: what separates its cells.
        names: the names of all its columns.
    """

    def __init__(self, separator: str, names: list[str]) -> None:
        self._separator = separator
        self._count = len(names)
        self._columns: dict[str, int] = {}
        for index, name in enumerate(names):
            if is_parameter(name):
                self._columns.setdefault(name, index)

    @property
    def is_of_redirects(self) -> bool:
        """Whether its columns are those of redirects, not one that merely has such a name."""
        return any(names <= self._columns.keys() for names in _ENOUGH)

    def has(self, line: str) -> bool:
        """Whether a line is a row of the table, or the rule under its header."""
        return bool(line and _RULE.fullmatch(line)) or len(_cells(line, self._separator)) == self._count

    def query(self, line: str) -> str | None:
        """Read a row as a query; None if it is not a redirect."""
        cells = _cells(line, self._separator)
        if len(cells) != self._count or _RULE.fullmatch(line):
            return None
        named = ((name, cells[index]) for name, index in self._columns.items())
        values = {name: value for name, value in named if value and value.lower() not in NO_VALUE}
        if not is_plausible(values) or (self._separator == "|" and "state" not in values):
            return None  # a page that describes errors
        return query_of(values, is_query="error" in values and "error_description" in self._columns)


def read_header(line: str) -> Table | None:
    """Read a line as the header of a table of redirects; None if it is not one."""
    match = _HEADER.fullmatch(line) if len(line) <= MAX_HEADER else None
    if match is None:
        return None
    names = [name.rpartition(".")[2] for name in _cells(line, match["separator"])]
    table = Table(match["separator"], names)
    return table if table.is_of_redirects else None


def _cells(line: str, separator: str) -> list[str]:
    if '"' not in line:
        return [cell.strip() for cell in line.split(separator)]
    import csv  # seldom needed

    try:
        return [cell.strip() for cell in next(csv.reader((line,), delimiter=separator, skipinitialspace=True), [])]
    except csv.Error:
        return []
