"""Imports the whole package, so that nothing is imported, and instrumented, later."""

import pkgutil
from importlib import import_module

import connect_errors

for _module in pkgutil.walk_packages(connect_errors.__path__, "connect_errors."):
    if _module.name != "connect_errors.__main__":
        import_module(_module.name)
