"""Minimize failing inputs: remove everything without which the same oracle still fails."""

import time
from collections.abc import Callable


def minimize(data: bytes, fails: Callable[[bytes], bool], seconds: float = 10) -> bytes:
    """Remove ever smaller pieces, then replace the rest with letters, as long as it `fails`."""
    end = time.monotonic() + seconds
    size = max(1, len(data) // 2)
    while size:
        start = 0
        before = len(data)
        while start < len(data) and time.monotonic() < end:
            smaller = data[:start] + data[start + size :]
            if fails(smaller):
                data = smaller
            else:
                start += size
        if size > 1 or len(data) == before:
            size //= 2
    for index, byte in enumerate(data):
        simpler = data[:index] + b"a" + data[index + 1 :]
        if byte != ord("a") and time.monotonic() < end and fails(simpler):
            data = simpler
    return data
