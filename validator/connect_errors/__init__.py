"""connect-errors: JSON Schemas for the redirects of Smartcar Connect, and a validator for redirects."""

TYPE_CHECKING = False  # like `typing.TYPE_CHECKING`, without the import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from connect_errors.callback import ConnectError, Refused, Success, receive
    from connect_errors.example_redirects import Example, example, examples
    from connect_errors.invalid_redirects import invalid_examples
    from connect_errors.redirect import Place
    from connect_errors.report import Finding, Report

    __version__: str

__all__ = [
    "ConnectError",
    "Example",
    "Finding",
    "Place",
    "Refused",
    "Report",
    "Success",
    "example",
    "examples",
    "invalid_examples",
    "receive",
    "validate",
]

_MODULES = {
    "ConnectError": "connect_errors.callback",
    "Example": "connect_errors.example_redirects",
    "Finding": "connect_errors.report",
    "Place": "connect_errors.redirect",
    "Refused": "connect_errors.callback",
    "Report": "connect_errors.report",
    "Success": "connect_errors.callback",
    "example": "connect_errors.example_redirects",
    "examples": "connect_errors.example_redirects",
    "invalid_examples": "connect_errors.invalid_redirects",
    "receive": "connect_errors.callback",
}


class _NotGiven(str):
    """The default of a string parameter for which None is an error: it may be a value that was lost."""

    __slots__ = ()


_NOT_GIVEN = _NotGiven("not given")


def validate(
    url: str,
    *,
    redirect_uri: "str | Sequence[str] | None" = None,
    state: str = _NOT_GIVEN,
    expect: str | None = None,
) -> "Report":
    """Judge one redirect. Accepts any text as `url`; thread-safe. In a callback, use `receive`.

    Args:
        url: the URL as captured, or a part of it with the query string; missing parts are not judged. Quotes
            and links around it are removed and escapes undone, which the report mentions.
        redirect_uri: the registered redirect URI, or several, one of which must match.
        state: the state that was sent; if omitted, states are not compared.
        expect: the required outcome, such as `access_denied` or `authorization_code`.

    Raises:
        ValueError: a redirect URI is not an absolute URL without a fragment, or `expect` is not an outcome.
        TypeError: `state` is None: a lost state must not pass for one that was compared.
    """
    from connect_errors.argument import read_redirect
    from connect_errors.expectation import Expectation
    from connect_errors.judge import judge
    from connect_errors.url import URL

    if state is None:  # callers may not use a type checker
        raise TypeError("state is None: give the state that was sent, or leave it out to compare none")
    redirect_uris = [redirect_uri] if isinstance(redirect_uri, str) else redirect_uri or ()
    expectation = Expectation(tuple(map(URL, redirect_uris)), None if state is _NOT_GIVEN else state, expect)
    return judge(read_redirect(url), expectation)


if not TYPE_CHECKING:  # type checkers would accept any name

    def __getattr__(name: str) -> object:
        """Import a public name on first use: the command imports it only after its signal handlers are set."""
        if name in _MODULES:
            from importlib import import_module

            return getattr(import_module(_MODULES[name]), name)
        if name == "__version__":
            return _version()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)

    def __dir__() -> list[str]:
        return [*__all__, "__version__"]


def _version() -> str:
    """Return the version of the installed package, or a placeholder in a checkout that is not installed."""
    from importlib.metadata import PackageNotFoundError, version  # a large import

    try:
        return version("connect-errors")
    except PackageNotFoundError:
        return "0.0.0+unknown"
