"""Imports all of the package, so that nothing is imported, and instrumented, later."""

import pkgutil
from importlib import import_module

import validator

for _module in pkgutil.walk_packages(validator.__path__, "validator."):
    if _module.name != "validator.__main__":
        import_module(_module.name)
