"""The tests: a folder for each part that is tested, and in `helpers` what they share."""

import pytest

pytest.register_assert_rewrite("tests.helpers")  # a failure says what was compared, as in a test
