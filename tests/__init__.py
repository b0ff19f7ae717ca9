"""The tests, in a folder per tested part; shared code is in `helpers`."""

import pytest

pytest.register_assert_rewrite("tests.helpers")  # failures show the compared values, as in tests
