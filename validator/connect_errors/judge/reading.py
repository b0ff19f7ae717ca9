"""The parameters of a redirect by name, and its outcome, as the rules need them."""

from collections.abc import Iterable, Sequence

from connect_errors.address import compare, without_own_query
from connect_errors.catalog import outcome_of
from connect_errors.hints import is_wording
from connect_errors.schema import DISCRIMINATORS
from connect_errors.url import URL, Parameter


class Reading:
    """The parts of a parsable URL that the rules judge.

    Args:
        registered: the redirect URIs; the query string of the nearest one is not part of the redirect's parameters.
    """

    def __init__(self, url: URL, registered: Sequence[URL]) -> None:
        parameters = url.parameters
        self.url = url
        self.is_in_fragment = "#" in url.text and not _has_outcome(parameters) and _has_outcome(url.fragment_parameters)
        """Whether the outcome is after the `#`."""
        if self.is_in_fragment:
            parameters += url.fragment_parameters
        self.all_by_name = _first_of_each(parameters)
        """The first parameter of each name, also those of the redirect URI's own query."""
        self.comparison = compare(url, parameters, registered) if registered else None
        own_query = self.comparison and self.comparison.registered
        self.parameters = without_own_query(parameters, own_query) if own_query else parameters
        """All parameters in order, including repeated ones, except those in the redirect URI's own query string."""
        self.by_name = self.all_by_name if self.parameters is parameters else _first_of_each(self.parameters)
        """The first of `parameters` of each name."""
        self.values = {name: parameter.value for name, parameter in self.by_name.items() if parameter.value}
        """Their nonempty values."""
        self.outcome = outcome_of(self.values)
        """None if the error is unknown or there is no outcome."""
        self.discriminator = next((self.by_name[name] for name in DISCRIMINATORS if name in self.values), None)
        """The parameter whose value decides the outcome."""

    @property
    def nameless_wording(self) -> Parameter | None:
        """The value of `error_description` without its name, which explains why that is missing."""
        if self.outcome is None or "error_description" in self.by_name:
            return None
        return next((parameter for parameter in self.by_name.values() if is_wording(parameter, self.outcome)), None)


def _has_outcome(parameters: Iterable[Parameter]) -> bool:
    return any(parameter.value and parameter.name in DISCRIMINATORS for parameter in parameters)


def _first_of_each(parameters: Iterable[Parameter]) -> dict[str, Parameter]:
    """Return the first parameter of each name; one without a value counts only if no other has one (RFC 6749 §3.1)."""
    first: dict[str, Parameter] = {}
    for parameter in parameters:
        if parameter.name not in first or (parameter.value and not first[parameter.name].value):
            first[parameter.name] = parameter
    return first
