# Commands of this project: `just` lists them, CONTRIBUTING.md tells how long each takes.

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

_list:
    @just --list

# Create .venv with everything that development needs, in the versions of CI
setup:
    .ci/run install

# Run the quick tests, or the given ones: just test tests/library/test_url.py
test *options:
    pytest {{ options }}

# Run everything that CI runs
all:
    .ci/run

# Check style, format, types and workflows, and fix what it can
lint:
    ruff check --fix
    ruff format
    mypy
    zizmor --offline --quiet .

# Show the site, and reload it on an edit
site:
    mkdocs serve

# Regenerate the schema of any redirect, and the output on pages
update:
    python -m scripts.update_redirect_schema
    python -m scripts.console

# Measure every mode, compared with its rivals
bench *options:
    python -m benchmarks.modes {{ options }}

# Fuzz each target, guided by coverage
fuzz seconds="60":
    python -m tests.fuzz --seconds {{ seconds }}
