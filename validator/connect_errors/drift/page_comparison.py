"""Compare any page of the documentation with the schemas."""

from collections.abc import Iterable, Iterator
from functools import cache

from connect_errors import handbook, lazy_re
from connect_errors.catalog import errors, outcomes, recognized_parameters
from connect_errors.drift.report import Difference, Excerpt
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.drift.upstream_page import Cell, Example, Mark, UpstreamPage
from connect_errors.encoding import Span
from connect_errors.escaping import MAX_SHOWN, escape_unprintable, shorten
from connect_errors.judge import judge
from connect_errors.oauth import OUTSIDE_CHARSET
from connect_errors.redaction import shown_part
from connect_errors.redirect import Redirect
from connect_errors.report import Finding, Report
from connect_errors.suggestion import suggestion
from connect_errors.url import URL

_SPACES = lazy_re.pattern(" +")

# Findings in an example that drift reports under a more specific rule.
_NAMES = {
    "undocumented-wording": "wording-differs",
    "outside-oauth-charset": "wording-outside-charset",
    "unrecognized-parameter": "parameter-not-in-schema",
}


@cache
def codes_by_title() -> dict[str, str]:
    """Return the codes of the errors by the titles of their pages."""
    return {handbook.page(code).upstream.title: code for code in errors()}


@cache
def common_parameters() -> frozenset[str]:
    """Return the parameters of every outcome, which error pages do not describe."""
    return frozenset.intersection(*(frozenset(outcome.parameters) for outcome in outcomes().values()))


class PageComparison:
    """The comparison of a page that is not about a single error, such as "Handle the Response"."""

    def __init__(self, page: UpstreamPage) -> None:
        self._page = page

    def differences(self) -> Iterator[Difference]:
        if not self._page.is_understood:
            message = "nothing in the page can be compared"
            yield self._difference("page-not-understood", message, self._title.mark, Excerpt("", 0, 0), "")
        for cell in self._page.unrecognized_cells:
            yield self._at_cell("cell-not-understood", "the table has an unknown column or cell", cell)
        yield from self._parameters()
        for field in self._page.fields:
            yield from self._name(field, recognized_parameters(), "no schema has the parameter")
        for example in self._page.examples:
            url = URL(example.url)
            yield from self._example(example, judge(Redirect(url, must_be_absolute=not url.is_origin_form)))

    @property
    def _title(self) -> Cell:
        """The place at which missing content is reported."""
        titles = self._page.titles
        page_start = Cell("", Mark(1, 1, 1))
        return next((title for title in titles if title.text in codes_by_title()), titles[0] if titles else page_start)

    @property
    def _codes(self) -> list[Cell]:
        """The cells in which the table names an error code."""
        rows = (row for row in self._page.parameters if row.parameter.text == "error")
        return [row.description or row.parameter for row in rows]

    def _parameters(self) -> Iterator[Difference]:
        for code in self._codes:
            yield self._unknown_error(code)
        yield from self._undescribed_parameters()
        if self._page.parameters and not self._codes:
            first = self._page.parameters[0].parameter
            yield self._at_cell("parameter-not-on-page", "the table has no row for error", first, "error")

    def _undescribed_parameters(self) -> Iterator[Difference]:
        """Find undescribed parameters of examples, on pages that describe parameters with components."""
        described = {field.text for field in self._page.fields}
        for example in self._page.examples if described and not self._page.parameters else ():
            for parameter in URL(example.url).parameters:
                if parameter.name in recognized_parameters() - common_parameters() - described:
                    described.add(parameter.name)
                    message = f"the page does not describe {parameter.name}, which its example has"
                    yield self._in_example("parameter-not-on-page", message, example, parameter.span, parameter.name)

    def _unknown_error(self, code: Cell) -> Difference:
        message = f"no schema has the error {quoted(code.text)}{suggestion(code.text, errors())}"
        return self._at_cell("error-not-in-catalog", message, code)

    def _name(self, cell: Cell, known: Iterable[str], problem: str) -> Iterator[Difference]:
        if not cell.text:
            yield self._at_cell("cell-not-understood", "the row names no parameter", cell)
        elif cell.text not in (names := set(known)):
            message = f"{problem} {quoted(cell.text)}"
            yield self._at_cell("parameter-not-in-schema", f"{message}{suggestion(cell.text, names)}", cell)

    def _example(self, example: Example, report: Report) -> Iterator[Difference]:
        if unindented := example.unindented:
            message = "the example continues on a line that is not indented"
            yield self._in_example("example-over-several-lines", message, example, unindented, "")
        reported = {code.text for code in self._codes}
        for finding in report.findings:
            if finding.rule == "unknown-error" and report.parameters["error"] in reported:
                continue
            # Other warnings about a nonconforming example add nothing; a new parameter does.
            is_new = finding.rule == "unrecognized-parameter" and report.parameters.get(finding.parameter or "")
            if finding.severity == "error" or report.conforms or is_new:
                yield self._finding(finding, example, report)

    def _finding(self, finding: Finding, example: Example, report: Report) -> Difference:
        place = (finding.start or 0, finding.end or 0)
        name = _NAMES.get(finding.rule, "example-does-not-conform")
        subject = f"{finding.rule} {finding.parameter}"
        if name == "wording-differs":
            subject = report.parameters["error_description"]
        elif name == "wording-outside-charset" and (
            match := OUTSIDE_CHARSET["error"].search(report.parameters.get("error_description", ""))
        ):
            subject = code_point(match[0])
        return self._in_example(name, f"{finding.message} ({finding.rule})", example, place, subject)

    def _at_cell(self, rule: str, message: str, cell: Cell, subject: str | None = None) -> Difference:
        line = self._page.lines[cell.mark.line - 1]
        start, end = cell.mark.column - 1, cell.mark.end_column - 1
        # The excerpt collapses the spaces that align a table's columns.
        before, marked, after = (
            _SPACES.sub(" ", escape_unprintable(part))
            for part in (
                line[max(0, start - MAX_SHOWN) : start],
                line[start:end][:MAX_SHOWN],
                line[end : end + MAX_SHOWN],
            )
        )
        excerpt = Excerpt(before + marked + after, len(before), len(before) + len(marked))
        return self._difference(rule, message, cell.mark, excerpt, cell.text if subject is None else subject)

    def _in_example(self, rule: str, message: str, example: Example, place: Span, subject: str) -> Difference:
        mark = example.mark(*place)
        shown = shorten(shown_part(URL(example.url), *place))
        return self._difference(rule, message, mark, Excerpt(shown, 0, len(shown)), subject)

    def _difference(self, rule: str, message: str, mark: Mark, excerpt: Excerpt, subject: str) -> Difference:
        return Difference(rule, message, mark, excerpt, subject, DRIFT_RULES[rule].decision)


def code_point(character: str) -> str:
    """Return the Unicode notation of a character, such as U+2019."""
    return f"U+{ord(character):04X}"


def quoted(text: str) -> str:
    """Quote text of a page, shortened and printable."""
    return f'"{shorten(text)}"'
