"""Run Atheris on one target, in a separate process, because it instruments imports and never returns.

`python -m tests.fuzz.engine TARGET CRASH [option or folder of libFuzzer's]...` writes a failing input to CRASH.
"""

import os
import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["connect_errors"]):
    from tests.fuzz import everything  # noqa: F401 - imported for its imports
    from tests.fuzz.mutator import mutate
    from tests.fuzz.targets import TARGETS

_OWN_SHARE = 0.8
"""The share of mutations made by the grammar; libFuzzer makes the others, as it knows which comparisons failed."""


def main() -> None:
    """Fuzz until the options say to stop, or an input fails."""
    name, crash, *options = sys.argv[1:]
    target = TARGETS[name]
    seeds = list(target.seeds())

    def check(data: bytes) -> None:
        try:
            target.check(data)
        except BaseException:  # noqa: BLE001 - any exception is a finding
            Path(crash).write_bytes(data)
            os._exit(1)  # libFuzzer would print the input, which may be large; the parent process reports more

    def change(data: bytes, max_length: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < _OWN_SHARE:
            return mutate(data, max_length, random, seeds)
        return bytes(atheris.Mutate(data, max_length))

    command = f"{sys.executable} -m tests.fuzz.engine {name} {crash}"  # run by a merge, through a shell
    atheris.Setup([command, *options], check, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
