"""Deviations from the application's expectation: `redirect-uri-mismatch`, `state-mismatch`, `unexpected-outcome`."""

from collections.abc import Iterator, Mapping

from connect_errors.expectation import Expectation
from connect_errors.judge.reading import Reading
from connect_errors.placeholders import is_masked
from connect_errors.report import Finding
from connect_errors.shown import Shown, own, say
from connect_errors.state import state_difference
from connect_errors.url import Parameter


def unexpected_findings(
    reading: Reading, decodable: Mapping[str, Parameter], expected: Expectation
) -> Iterator[Finding]:
    """Yield differences between the redirect and the expectation."""
    discriminator = reading.discriminator
    place = discriminator.span if discriminator else reading.url.query_span
    if difference := reading.comparison and reading.comparison.difference():
        address = reading.url.base_span
        yield Finding("redirect-uri-mismatch", difference.message, None, *address, remedy=difference.remedy)
    if expected.state is not None:
        state = reading.by_name.get("state")
        if expected.state and (state is None or not state.value):
            yield Finding("state-mismatch", Shown("no state came back"), "state", *(state.span if state else place))
        elif (
            state
            and "state" in decodable
            and not is_masked(state.value)
            and (message := state_difference(expected.state, state.value))
        ):
            yield Finding("state-mismatch", message, "state", *state.value_span)
    if expected.outcome and (reading.outcome is None or reading.outcome.name != expected.outcome):
        actual = Shown("an unknown error") if discriminator else Shown("no outcome")
        actual = own(reading.outcome.name) if reading.outcome else actual
        message = say("{} was expected, not {}", own(expected.outcome), actual)
        yield Finding("unexpected-outcome", message, discriminator.name if discriminator else None, *place)
