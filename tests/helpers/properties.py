"""Numbers of examples tried for each property: Hypothesis's profiles `dev`, `ci` and `nightly`.

`ci` tries few enough for every change, each time others, and `nightly` all.
"""

from hypothesis import settings

MOST = 3000

settings.register_profile("dev", max_examples=MOST // 30, deadline=None)
settings.register_profile("ci", max_examples=MOST // 6, deadline=None)
settings.register_profile("nightly", max_examples=MOST, deadline=None)


def examples(most: int = MOST) -> settings:
    """Try so many examples with `nightly`, a sixth with `ci` and a thirtieth with `dev`, but five at least."""
    return settings(max_examples=share(most), deadline=None)


def share(most: int) -> int:
    """Return the number of examples to try with the current profile, out of a number for the nightly run."""
    profile = settings.default
    assert profile
    return max(min(most, 5), most * profile.max_examples // MOST)
