# Commands of this project: `just` lists them, CONTRIBUTING.md tells how long each takes.

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

_list:
    @just --list

# Make .venv with all that developing needs, in the versions of CI
setup:
    .ci/run install

# Run the quick tests, or those that are named: just test tests/library/test_url.py
test *options:
    pytest {{ options }}

# Run all that CI runs
all:
    .ci/run

# Check style, format, types and workflows; fix what can be fixed
lint:
    ruff check --fix
    ruff format
    mypy
    zizmor --offline --quiet .

# Show the site, and reload it on an edit
site:
    mkdocs serve

# Write anew what is generated: the schema of any redirect, the output in pages
update:
    python -m scripts.update_redirect_schema
    python -m scripts.console

# Measure every mode beside its rivals
bench *options:
    python -m benchmarks.modes {{ options }}

# Fuzz each target, guided by coverage
fuzz seconds="60":
    python -m tests.fuzz --seconds {{ seconds }}
