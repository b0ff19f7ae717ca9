"""Atheris on one target, in a process of its own: it instruments what is imported, and never returns.

`python -m tests.fuzz.engine TARGET CRASH [option or folder of libFuzzer's]...` writes a failing input to CRASH.
"""

import os
import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["connect_errors"]):
    from tests.fuzz import everything  # noqa: F401 - it is there for what it imports
    from tests.fuzz.mutator import mutate
    from tests.fuzz.targets import TARGETS

_OWN_SHARE = 0.8
"""How often the grammar decides on a mutation; else libFuzzer, which knows the comparisons that failed."""


def main() -> None:
    """Fuzz until the options say to stop, or an input fails."""
    name, crash, *options = sys.argv[1:]
    target = TARGETS[name]
    seeds = list(target.seeds())

    def check(data: bytes) -> None:
        try:
            target.check(data)
        except BaseException:  # noqa: BLE001 - whatever comes is the finding
            Path(crash).write_bytes(data)
            os._exit(1)  # libFuzzer would print what may be a large input, and the parent tells more

    def change(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < _OWN_SHARE:
            return mutate(data, most, random, seeds)
        return bytes(atheris.Mutate(data, most))

    again = f"{sys.executable} -m tests.fuzz.engine {name} {crash}"  # what a merge runs, through a shell
    atheris.Setup([again, *options], check, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
