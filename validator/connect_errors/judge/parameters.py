"""Repeated parameters and unknown ones: `duplicate-parameter`, `unrecognized-parameter`."""

from collections import Counter
from collections.abc import Iterator, Mapping

from connect_errors.address import JAVASCRIPT_SDK_HOST
from connect_errors.catalog import recognized_parameters
from connect_errors.hints import hint_about_parameter
from connect_errors.judge.reading import Reading
from connect_errors.naming import named
from connect_errors.report import Finding
from connect_errors.shown import Shown, say
from connect_errors.url import Parameter


def duplicate_findings(reading: Reading) -> Iterator[Finding]:
    """Yield a finding at the second parameter of each name."""
    if len(reading.parameters) == len(reading.by_name):
        return
    counts = Counter(parameter.name for parameter in reading.parameters)
    seen: Counter[str] = Counter()
    for parameter in reading.parameters:
        seen[parameter.name] += 1
        if seen[parameter.name] == 2:  # noqa: PLR2004 - the second one is reported, further ones are counted
            times = counts[parameter.name]
            message = say("{} appears {} times; only the first value is checked", named(parameter), times)
            yield Finding("duplicate-parameter", message, parameter.name, *parameter.span)


def unrecognized_findings(reading: Reading, decodable: Mapping[str, Parameter], *, max_hints: int) -> Iterator[Finding]:
    """Yield a finding for each unknown name. Hints are slow to compute, so only the first `max_hints` get one."""
    if decodable.keys() <= recognized_parameters():
        return
    known = {reading.nameless_wording.name} if reading.nameless_wording else set()
    if reading.url.host.lower() == JAVASCRIPT_SDK_HOST:
        known.add("app_origin")
    known |= recognized_parameters()
    unknown = [parameter for name, parameter in decodable.items() if name not in known]
    for index, parameter in enumerate(sorted(unknown, key=lambda parameter: parameter.start)):
        hint = hint_about_parameter(parameter) if index < max_hints else Shown("")
        message = say("{} is not a Connect parameter{}", named(parameter), hint)
        yield Finding("unrecognized-parameter", message, parameter.name, *parameter.span)
