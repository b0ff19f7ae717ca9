"""Rules about the outcome itself: `no-outcome`, `unknown-error`, `conflicting-outcome`, `parameters-in-fragment`."""

from collections.abc import Iterator, Mapping

from connect_errors.catalog import errors
from connect_errors.escaping import shorten
from connect_errors.hints import hint_about_error
from connect_errors.judge.reading import Reading
from connect_errors.naming import quoted
from connect_errors.redaction import shown_value
from connect_errors.report import Finding
from connect_errors.schema import DISCRIMINATORS
from connect_errors.shown import Shown, own, say
from connect_errors.url import Parameter


def outcome_findings(reading: Reading, decodable: Mapping[str, Parameter]) -> Iterator[Finding]:
    """Yield findings about the outcome itself; `schema_findings` judges the other parameters of a known one."""
    if reading.discriminator is None:
        *others, last = DISCRIMINATORS
        message = say("none of {} and {} has a value", own(", ".join(others)), own(last))
        yield Finding("no-outcome", message, None, *reading.url.query_span)
        return
    if reading.outcome is None:
        yield from _unknown_error(reading, reading.discriminator, is_decodable="error" in decodable)
    if reading.is_in_fragment:
        message = Shown("the outcome is in the fragment (after #), which browsers never send to a server")
        yield Finding("parameters-in-fragment", message, reading.discriminator.name, *reading.url.fragment_span)


def _unknown_error(reading: Reading, error: Parameter, *, is_decodable: bool) -> Iterator[Finding]:
    if is_decodable:
        code = shorten(shown_value("error", error.value))
        message = say("{} is not an error code that Connect documents{}", quoted(code), hint_about_error(error.value))
        yield Finding("unknown-error", message, "error", *error.value_span)
    # It has no schema, but parameters that exclude every known error exclude this one.
    for name in set.intersection(*(set(known.forbidden) for known in errors().values())) & reading.values.keys():
        message = say("an error must not come with {}", own(name))
        yield Finding("conflicting-outcome", message, name, *reading.by_name[name].span)
