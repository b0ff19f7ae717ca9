"""What a page says, and what its schema and handbook page say → the differences."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256

from connect_errors import handbook
from connect_errors.catalog import errors, outcomes, recognized_parameters
from connect_errors.drift.report import Difference, Drift, Excerpt, PageReport
from connect_errors.drift.rules import DRIFT_RULES
from connect_errors.drift.upstream_page import Cell, Example, Mark, Row, UpstreamPage
from connect_errors.encoding import Span
from connect_errors.escaping import MAX_SHOWN, escape_unprintable, shorten
from connect_errors.judge import judge
from connect_errors.oauth import OUTSIDE_CHARSET
from connect_errors.redaction import shown_part
from connect_errors.redirect import Redirect
from connect_errors.report import Finding, Report
from connect_errors.schema import DISCRIMINATORS, Outcome
from connect_errors.suggestion import suggestion
from connect_errors.url import URL

_NOT_IN_VIN = re.compile("[IOQ]")  # ISO 3779
_SPACES = re.compile(" +")
_REQUIRED = {"true": True, "false": False}
_RANKS = {name: rank for rank, name in enumerate(DRIFT_RULES)}

# A warning about an example says more by a name of its own.
_NAMES = {
    "undocumented-wording": "wording-differs",
    "outside-oauth-charset": "wording-outside-charset",
    "unrecognized-parameter": "parameter-not-in-schema",
}


RESPONSE_PAGES = (
    "https://smartcar.com/docs/connect/handle-the-response.md",
    "https://smartcar.com/docs/connect/re-auth/handle-response.md",
)
"""The pages about redirects that are not about one error: of Connect, and of its flow for another authentication."""


def compare(source: str, text: str) -> PageReport:
    """Compare a page of Smartcar's documentation, its Markdown source, with the schemas and handbook pages."""
    page = UpstreamPage(text)
    outcome = _outcome_of(page)
    comparison = _ErrorComparison(page, outcome) if outcome else _Comparison(page)
    ordered = sorted(comparison.differences(), key=lambda one: (one.mark, _RANKS[one.rule], one.subject))
    return PageReport(source, outcome.name if outcome else None, tuple(ordered))


def summarize(pages: Iterable[PageReport], unreadable: Iterable[tuple[str, str]] = ()) -> Drift:
    """Put the reports of all pages together, and name the errors whose page is not among them."""
    reports = tuple(pages)
    compared = {report.error for report in reports}
    return Drift(reports, tuple(code for code in errors() if code not in compared), tuple(unreadable))


def digest(description: str) -> str:
    """Identify the description of a parameter, of which the handbook keeps no copy."""
    return sha256(" ".join(description.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@cache
def _codes_by_title() -> dict[str, str]:
    return {handbook.page(code).upstream.title: code for code in errors()}


@cache
def _common_parameters() -> frozenset[str]:
    """The parameters of every outcome, which no page of an error describes."""
    return frozenset.intersection(*(frozenset(outcome.parameters) for outcome in outcomes().values()))


def _outcome_of(page: UpstreamPage) -> Outcome | None:
    """Tell the error that a page is about by its title, else by its table."""
    codes = [_codes_by_title().get(title.text) for title in page.titles]
    codes += [row.description.text for row in page.parameters if row.parameter.text == "error" and row.description]
    return next((errors()[code] for code in codes if code in errors()), None)


class _Comparison:
    """The comparison of a page that is about no error of the catalog, such as "Handle the Response"."""

    def __init__(self, page: UpstreamPage) -> None:
        self._page = page

    def differences(self) -> Iterator[Difference]:
        if not self._page.is_understood:
            message = "nothing in the page can be compared"
            yield self._difference("page-not-understood", message, self._title.mark, Excerpt("", 0, 0), "")
        for cell in self._page.unrecognized_cells:
            yield self._at("cell-not-understood", "the table has an unknown column or cell", cell)
        yield from self._parameters()
        for field in self._page.fields:
            yield from self._name(field, recognized_parameters(), "no schema has the parameter")
        for example in self._page.examples:
            url = URL(example.url)
            yield from self._example(example, judge(Redirect(url, must_be_absolute=not url.is_origin_form)))

    @property
    def _title(self) -> Cell:
        """The place of what is absent."""
        titles = self._page.titles
        nowhere = Cell("", Mark(1, 1, 1))
        return next((one for one in titles if one.text in _codes_by_title()), titles[0] if titles else nowhere)

    @property
    def _codes(self) -> list[Cell]:
        """What the table gives as the error's code."""
        rows = (row for row in self._page.parameters if row.parameter.text == "error")
        return [row.description or row.parameter for row in rows]

    def _parameters(self) -> Iterator[Difference]:
        for code in self._codes:
            yield self._unknown_error(code)
        yield from self._undescribed()
        if self._page.parameters and not self._codes:
            first = self._page.parameters[0].parameter
            yield self._at("parameter-not-on-page", "the table has no row for error", first, "error")

    def _undescribed(self) -> Iterator[Difference]:
        """Find the parameters of examples that a page which describes parameters by components does not describe."""
        described = {field.text for field in self._page.fields}
        for example in self._page.examples if described and not self._page.parameters else ():
            for parameter in URL(example.url).parameters:
                if parameter.name in recognized_parameters() - _common_parameters() - described:
                    described.add(parameter.name)
                    message = f"the page does not describe {parameter.name}, which its example has"
                    yield self._in("parameter-not-on-page", message, example, parameter.span, parameter.name)

    def _unknown_error(self, code: Cell) -> Difference:
        message = f"no schema has the error {_quoted(code.text)}{suggestion(code.text, errors())}"
        return self._at("error-not-in-catalog", message, code)

    def _name(self, cell: Cell, known: Iterable[str], which: str) -> Iterator[Difference]:
        if not cell.text:
            yield self._at("cell-not-understood", "the row names no parameter", cell)
        elif cell.text not in (names := set(known)):
            message = f"{which} {_quoted(cell.text)}"
            yield self._at("parameter-not-in-schema", f"{message}{suggestion(cell.text, names)}", cell)

    def _example(self, example: Example, report: Report) -> Iterator[Difference]:
        if unindented := example.unindented:
            message = "the example goes on in a line that is not indented"
            yield self._in("example-over-several-lines", message, example, unindented, "")
        reported = {code.text for code in self._codes}
        for finding in report.findings:
            if finding.rule == "unknown-error" and report.parameters["error"] in reported:
                continue
            # Of what a broken example warns about besides, only a new parameter adds something.
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
            found := OUTSIDE_CHARSET["error"].search(report.parameters.get("error_description", ""))
        ):
            subject = _code_point(found[0])
        return self._in(name, f"{finding.message} ({finding.rule})", example, place, subject)

    def _at(self, rule: str, message: str, cell: Cell, subject: str | None = None) -> Difference:
        line = self._page.lines[cell.mark.line - 1]
        start, end = cell.mark.column - 1, cell.mark.end_column - 1
        # The spaces that align a table's columns are left out.
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

    def _in(self, rule: str, message: str, example: Example, place: Span, subject: str) -> Difference:
        mark = example.mark(*place)
        shown = shorten(shown_part(URL(example.url), *place))
        return self._difference(rule, message, mark, Excerpt(shown, 0, len(shown)), subject)

    def _difference(self, rule: str, message: str, mark: Mark, excerpt: Excerpt, subject: str) -> Difference:
        return Difference(rule, message, mark, excerpt, subject, DRIFT_RULES[rule].decision)


class _ErrorComparison(_Comparison):
    """The comparison of the page of an error."""

    def __init__(self, page: UpstreamPage, outcome: Outcome) -> None:
        super().__init__(page)
        self._outcome = outcome
        self._upstream = handbook.page(outcome.name).upstream
        self._known = {
            (known.rule, known.subject): defect.decision for defect in self._upstream.defects for known in defect.shows
        }

    def differences(self) -> Iterator[Difference]:
        found = list(super().differences())
        found += self._testing()
        yield from found
        shown = {(one.rule, one.subject) for one in found}
        for defect in self._upstream.defects:
            for known in defect.shows:
                if known not in shown:
                    message = f"{known.rule} is known of this page, but was not found any more"
                    yield self._at("known-defect-gone", message, self._title, f"{known.rule} {known.subject}")

    def _parameters(self) -> Iterator[Difference]:
        rows = self._page.parameters or self._page.described
        repeated = Counter(row.parameter.text for row in rows)
        for row in rows:
            name = row.parameter.text
            if repeated[name] > 1:
                yield self._at("parameter-repeated", f"{_quoted(name)} has {repeated[name]} rows", row.parameter)
            if self._page.parameters or name in recognized_parameters():
                yield from self._name(row.parameter, self._outcome.parameters, f"{self._outcome.name} has no parameter")
            if name in self._outcome.parameters:
                yield from self._required(name, row)
                yield from self._description(name, row)
        yield from self._absent()

    def _required(self, name: str, row: Row) -> Iterator[Difference]:
        if row.required is None:
            return
        given = _REQUIRED.get(row.required.text.strip().lower())
        is_required = name in self._outcome.required
        if given is None:
            yield self._at("cell-not-understood", "the cell is neither true nor false", row.required)
        elif given != is_required:
            message = f"{name} is {'required' if is_required else 'optional'} by the schema"
            yield self._at("required-differs", message, row.required, name)

    def _description(self, name: str, row: Row) -> Iterator[Difference]:
        cell = row.description
        if cell is None:
            return
        if name == self._outcome.discriminator:
            if cell.text not in errors():
                yield self._unknown_error(cell)
            elif cell.text != self._outcome.name:
                yield self._at("error-differs", f"the page is about {self._outcome.name}, not {cell.text}", cell)
            return
        if name == "error_description" and (found := OUTSIDE_CHARSET[name].search(cell.text)):
            character = _code_point(found[0])
            message = f"error_description has {character}, which RFC 6749 does not allow"
            yield self._at("wording-outside-charset", message, cell, character)
        if name == "error_description" and cell.text not in self._outcome.wordings:
            yield self._at("wording-differs", "the schema does not have this wording of error_description", cell)
        elif (read := self._upstream.descriptions.get(name)) and digest(cell.text) != read:
            message = (
                f"the description of {name} is not the one read on {self._upstream.read} (now {digest(cell.text)})"
            )
            yield self._at("description-differs", message, cell)

    def _absent(self) -> Iterator[Difference]:
        """Find the parameters that the page should describe, the mandatory ones in its table."""
        rows = [row.parameter for row in self._page.parameters]
        if self._page.unrecognized_cells and not rows:
            return  # there is a table, and it was not understood
        described = {cell.text for cell in (*rows, *self._page.fields)}
        expected = dict.fromkeys((*self._outcome.required, *self._upstream.descriptions))
        for index, name in enumerate(expected):
            if name not in described:
                # The row that stands in its place may be what it became.
                place = rows[min(index, len(rows) - 1)] if rows else self._title
                yield self._at("parameter-not-on-page", f"the table has no row for {name}", place, name)
        for name in self._outcome.parameters.keys() - expected.keys() - _common_parameters() - described:
            if name not in self._page.mentioned:
                yield self._at("parameter-not-on-page", f"the page does not mention {name}", self._title, name)

    def _example(self, example: Example, report: Report) -> Iterator[Difference]:
        yield from super()._example(example, report)
        url = URL(example.url)
        if report.outcome and report.outcome != self._outcome.name:
            message = f"the example is one of {report.outcome}"
            parameters = (*url.parameters, *url.fragment_parameters)
            place = next(one.span for one in parameters if one.name in DISCRIMINATORS and one.value)
            yield self._in("example-of-another-error", message, example, place, report.outcome)
        elif report.conforms and (wording := report.parameters.get("error_description", "")) in self._outcome.wordings:
            cells = (row.description for row in self._page.parameters if row.parameter.text == "error_description")
            if any(cell.text != wording for cell in cells if cell):
                message = "the example and the table give error_description other wordings"
                place = next(one.span for one in url.parameters if one.name == "error_description")
                yield self._in("wording-differs", message, example, place, wording)

    def _testing(self) -> Iterator[Difference]:
        if not self._page.examples:
            yield self._at("example-missing", "the page has no example redirect", self._title, "")
        testing = handbook.page(self._outcome.name).testing
        if testing and not self._page.testing:
            yield self._at("test-vehicle-missing", "the page has no test vehicle", self._title, "")
        for email, vin in self._page.testing:
            if email:
                yield from self._email(email, testing.email if testing else None)
            if vin:
                if vin.text != (testing.vin if testing else None):
                    yield self._at("vin-differs", "the handbook page has another VIN, or none", vin)
                if _NOT_IN_VIN.search(vin.text):
                    yield self._at("vin-outside-iso-3779", "the VIN has a letter that ISO 3779 forbids", vin)

    def _email(self, cell: Cell, email: str | None) -> Iterator[Difference]:
        if cell.text != email:
            yield self._at("email-differs", "the handbook page has another email, or none", cell)
        elif cell.link not in (None, f"mailto:{email}"):
            yield self._at("email-differs", "the email links to another one", cell)

    def _difference(self, rule: str, message: str, mark: Mark, excerpt: Excerpt, subject: str) -> Difference:
        difference = super()._difference(rule, message, mark, excerpt, subject)
        known = self._known.get((rule, subject))
        return difference._replace(decision=known) if known else difference


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def _quoted(text: str) -> str:
    return f'"{shorten(text)}"'
