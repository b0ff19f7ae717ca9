"""Write `tests/locks/` anew, after `pyproject.toml` changed: python -m scripts.update_locks [--upgrade].

Without `--upgrade` a version that still fits is kept. It needs uv; whatever else is given goes on to `uv pip compile`.

`newest.txt` has the newest versions of all that developing needs, `lowest.txt` the lowest that the package allows of
what it depends on itself, `engines.txt` what the tests of data engines need beside `newest.txt`. All hold on every
system and Python, and name no registry: an installer asks its own.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

from hatchling.build import get_requires_for_build_editable
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LOCKS = ROOT / "tests" / "locks"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def newest() -> list[str]:
    """Return the groups of what developing needs: all but that of the data engines, which is large."""
    return [group for group in PYPROJECT["dependency-groups"] if group != "engines"]


def lowest() -> dict[str, str]:
    """Return the lowest version that the package allows of each package that it depends on."""
    bounds = {}
    for text in PYPROJECT["project"]["dependencies"]:
        requirement = Requirement(text)
        (bounds[requirement.name],) = (one.version for one in requirement.specifier if one.operator == ">=")
    return bounds


def lock(name: str, groups: Iterable[str], constraints: dict[str, str]) -> None:
    """Have uv choose versions, and write them with the hashes of all their files."""
    with tempfile.TemporaryDirectory() as folder:
        building, constraining = Path(folder, "building.txt"), Path(folder, "constraining.txt")
        building.write_text(
            "\n".join([*PYPROJECT["build-system"]["requires"], *get_requires_for_build_editable()]), encoding="utf-8"
        )
        constraining.write_text(
            "\n".join(f"{package}=={version}" for package, version in constraints.items()), encoding="utf-8"
        )
        options: list[str | Path] = ["--extra=tests", *(f"--group={group}" for group in groups)]
        options += ["--constraints", constraining]
        compile_lock(name, [*options, "pyproject.toml", building])


def lock_group(name: str, group: str, beside: str) -> None:
    """Have uv choose versions of a dependency group that go with those of another lock."""
    options: list[str | Path] = ["--group", group, "--constraints", LOCKS / beside]
    compile_lock(name, options)


def compile_lock(name: str, options: list[str | Path]) -> None:
    always = ["--quiet", "--universal", "--generate-hashes", "--no-annotate"]
    always += ["--python-version", PYPROJECT["project"]["requires-python"].removeprefix(">=")]
    header = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "python -m scripts.update_locks"}
    command = ["uv", "pip", "compile", *always, "--output-file", LOCKS / name, *sys.argv[1:], *options]
    subprocess.run(command, env=header, check=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    lock("newest.txt", newest(), {})
    lock("lowest.txt", [], lowest())
    lock_group("engines.txt", "engines", beside="newest.txt")
