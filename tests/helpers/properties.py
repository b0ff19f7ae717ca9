"""Number of examples per property: Hypothesis's profiles `dev`, `ci` and `nightly`."""

from hypothesis import settings

MAX_EXAMPLES = 3000

settings.register_profile("dev", max_examples=MAX_EXAMPLES // 30, deadline=None)
settings.register_profile("ci", max_examples=MAX_EXAMPLES // 6, deadline=None)
settings.register_profile("nightly", max_examples=MAX_EXAMPLES, deadline=None)


def examples(maximum: int = MAX_EXAMPLES) -> settings:
    """Try this many examples with `nightly`, a sixth with `ci` and a thirtieth with `dev`, but at least five."""
    return settings(max_examples=share(maximum), deadline=None)


def share(maximum: int) -> int:
    """Return the share of a number of examples that the current profile tries."""
    profile = settings.default
    assert profile
    return max(min(maximum, 5), maximum * profile.max_examples // MAX_EXAMPLES)
