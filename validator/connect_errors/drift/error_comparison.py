"""Compare the page of an error with its schema and handbook page."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from connect_errors import handbook, lazy_re
from connect_errors.catalog import errors, recognized_parameters
from connect_errors.drift.page_comparison import PageComparison, code_point, common_parameters, quoted
from connect_errors.drift.report import Difference, Excerpt
from connect_errors.drift.upstream_page import Cell, Example, Mark, Row, UpstreamPage
from connect_errors.oauth import OUTSIDE_CHARSET
from connect_errors.report import Report
from connect_errors.schema import DISCRIMINATORS, Outcome
from connect_errors.url import URL

_NOT_IN_VIN = lazy_re.pattern("[IOQ]")  # ISO 3779
_REQUIRED = {"true": True, "false": False}


def digest(description: str) -> str:
    """Identify a parameter's description by a hash, because the handbook keeps no copy of it."""
    return sha256(" ".join(description.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


class ErrorPageComparison(PageComparison):
    """The comparison of a page about an error."""

    def __init__(self, page: UpstreamPage, outcome: Outcome) -> None:
        super().__init__(page)
        self._outcome = outcome
        self._upstream = handbook.page(outcome.name).upstream
        self._known = {
            (known.rule, known.subject): defect.decision for defect in self._upstream.defects for known in defect.shows
        }

    def differences(self) -> Iterator[Difference]:
        differences = list(super().differences())
        differences += self._testing()
        yield from differences
        reported = {(difference.rule, difference.subject) for difference in differences}
        for defect in self._upstream.defects:
            for known in defect.shows:
                if known not in reported:
                    message = f"{known.rule} is a known defect of this page, but is no longer found"
                    yield self._at_cell("known-defect-gone", message, self._title, f"{known.rule} {known.subject}")

    def _parameters(self) -> Iterator[Difference]:
        rows = self._page.parameters or self._page.described
        repeated = Counter(row.parameter.text for row in rows)
        for row in rows:
            name = row.parameter.text
            if repeated[name] > 1:
                yield self._at_cell("parameter-repeated", f"{quoted(name)} has {repeated[name]} rows", row.parameter)
            if self._page.parameters or name in recognized_parameters():
                yield from self._name(row.parameter, self._outcome.parameters, f"{self._outcome.name} has no parameter")
            if name in self._outcome.parameters:
                yield from self._required(name, row)
                yield from self._description(name, row)
        yield from self._missing_parameters()

    def _required(self, name: str, row: Row) -> Iterator[Difference]:
        if row.required is None:
            return
        stated = _REQUIRED.get(row.required.text.strip().lower())
        is_required = name in self._outcome.required
        if stated is None:
            yield self._at_cell("cell-not-understood", "the cell is neither true nor false", row.required)
        elif stated != is_required:
            message = f"{name} is {'required' if is_required else 'optional'} by the schema"
            yield self._at_cell("required-differs", message, row.required, name)

    def _description(self, name: str, row: Row) -> Iterator[Difference]:
        cell = row.description
        if cell is None:
            return
        if name == self._outcome.discriminator:
            if cell.text not in errors():
                yield self._unknown_error(cell)
            elif cell.text != self._outcome.name:
                yield self._at_cell("error-differs", f"the page is about {self._outcome.name}, not {cell.text}", cell)
            return
        if name == "error_description" and (match := OUTSIDE_CHARSET[name].search(cell.text)):
            character = code_point(match[0])
            message = f"error_description has {character}, which RFC 6749 does not allow"
            yield self._at_cell("wording-outside-charset", message, cell, character)
        if name == "error_description" and cell.text not in self._outcome.wordings:
            yield self._at_cell("wording-differs", "the schema does not have this wording of error_description", cell)
        elif (known_digest := self._upstream.descriptions.get(name)) and digest(cell.text) != known_digest:
            message = f"the description of {name} has changed since {self._upstream.read} (now {digest(cell.text)})"
            yield self._at_cell("description-differs", message, cell)

    def _missing_parameters(self) -> Iterator[Difference]:
        """Find parameters missing from the page; the mandatory ones must be in its table."""
        rows = [row.parameter for row in self._page.parameters]
        if self._page.unrecognized_cells and not rows:
            return  # there is a table, but it was not understood
        described = {cell.text for cell in (*rows, *self._page.fields)}
        expected = dict.fromkeys((*self._outcome.required, *self._upstream.descriptions))
        for index, name in enumerate(expected):
            if name not in described:
                # The row at this position may be the renamed parameter.
                place = rows[min(index, len(rows) - 1)] if rows else self._title
                yield self._at_cell("parameter-not-on-page", f"the table has no row for {name}", place, name)
        for name in self._outcome.parameters.keys() - expected.keys() - common_parameters() - described:
            if name not in self._page.mentioned:
                yield self._at_cell("parameter-not-on-page", f"the page does not mention {name}", self._title, name)

    def _example(self, example: Example, report: Report) -> Iterator[Difference]:
        yield from super()._example(example, report)
        url = URL(example.url)
        if report.outcome and report.outcome != self._outcome.name:
            message = f"the example is for {report.outcome}"
            parameters = (*url.parameters, *url.fragment_parameters)
            place = next(
                parameter.span for parameter in parameters if parameter.name in DISCRIMINATORS and parameter.value
            )
            yield self._in_example("example-of-another-error", message, example, place, report.outcome)
        elif report.conforms and (wording := report.parameters.get("error_description", "")) in self._outcome.wordings:
            cells = (row.description for row in self._page.parameters if row.parameter.text == "error_description")
            if any(cell.text != wording for cell in cells if cell):
                message = "the example and the table word error_description differently"
                place = next(parameter.span for parameter in url.parameters if parameter.name == "error_description")
                yield self._in_example("wording-differs", message, example, place, wording)

    def _testing(self) -> Iterator[Difference]:
        if not self._page.examples:
            yield self._at_cell("example-missing", "the page has no example redirect", self._title, "")
        testing = handbook.page(self._outcome.name).testing
        if testing and not self._page.testing:
            yield self._at_cell("test-vehicle-missing", "the page has no test vehicle", self._title, "")
        for email, vin in self._page.testing:
            if email:
                yield from self._email(email, testing.email if testing else None)
            if vin:
                if vin.text != (testing.vin if testing else None):
                    yield self._at_cell("vin-differs", "the handbook page has a different VIN, or none", vin)
                if _NOT_IN_VIN.search(vin.text):
                    yield self._at_cell("vin-outside-iso-3779", "the VIN has a letter that ISO 3779 forbids", vin)

    def _email(self, cell: Cell, email: str | None) -> Iterator[Difference]:
        if cell.text != email:
            yield self._at_cell("email-differs", "the handbook page has a different email, or none", cell)
        elif cell.link not in (None, f"mailto:{email}"):
            yield self._at_cell("email-differs", "the email links to a different one", cell)

    def _difference(self, rule: str, message: str, mark: Mark, excerpt: Excerpt, subject: str) -> Difference:
        difference = super()._difference(rule, message, mark, excerpt, subject)
        known = self._known.get((rule, subject))
        return difference._replace(decision=known) if known else difference
