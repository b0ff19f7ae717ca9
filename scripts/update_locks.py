"""Regenerate `tests/locks/` after a change of `pyproject.toml`: python -m scripts.update_locks [--upgrade].

Without `--upgrade`, versions that still satisfy the requirements are kept. Requires uv; other arguments are passed on
to `uv pip compile`.

`newest.txt` has the newest versions of all development dependencies, `lowest.txt` the lowest allowed versions of the
package's direct dependencies, `engines.txt` the additional dependencies of the tests of data engines. They are valid on
every system and Python version, and name no registry: installers use their own.
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
    """Return the development dependency groups, except that of the data engines, which is large."""
    return [group for group in PYPROJECT["dependency-groups"] if group != "engines"]


def lowest() -> dict[str, str]:
    """Return the lowest allowed version of each direct dependency of the package."""
    bounds = {}
    for text in PYPROJECT["project"]["dependencies"]:
        requirement = Requirement(text)
        (bounds[requirement.name],) = (
            specifier.version for specifier in requirement.specifier if specifier.operator == ">="
        )
    return bounds


def lock(name: str, groups: Iterable[str], constraints: dict[str, str]) -> None:
    """Resolve versions with uv, and write them with the hashes of all their files."""
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


def lock_group(name: str, group: str, other_lock: str) -> None:
    """Resolve the versions of a dependency group with uv, compatible with another lock."""
    options: list[str | Path] = ["--group", group, "--constraints", LOCKS / other_lock]
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
    lock_group("engines.txt", "engines", other_lock="newest.txt")
