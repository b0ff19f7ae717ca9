"""Benchmark of `receive` in a callback, next to oauthlib's parser, which only compares the state.

    python -m benchmarks.receive [--runs N]

Times are the minimum of all runs, in microseconds of CPU time per call: other load on the machine only adds to it.
oauthlib raises an exception when it rejects a redirect.
"""

import argparse
import contextlib
import timeit
from collections.abc import Callable
from time import process_time

from connect_errors import receive
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749.parameters import parse_authorization_code_response

REDIRECT_URI = "https://example.com/callback"
STATE = "XKBUgYLJ3FeYdW9rJHRtBA"
DENIED = "error=access_denied&error_description=User%20denied%20access%20to%20application."
CODE = "code=90abecb6-e7ab-4b85-864a-e1c8bf67f2ad"
CALLS = 1000
MAX_MICROSECONDS = 40

REDIRECTS = {
    "success": f"{REDIRECT_URI}?{CODE}&state={STATE}",
    "success, with user_id": f"{REDIRECT_URI}?{CODE}&user_id=c0ffee00-e7ab-4b85-864a-e1c8bf67f2ad&state={STATE}",
    "error": f"{REDIRECT_URI}?{DENIED}&state={STATE}",
    "unknown error": f"{REDIRECT_URI}?error=brand_new&error_description=New.&state={STATE}",
    "another state": f"{REDIRECT_URI}?{CODE}&state=0facda3319",
    "code twice": f"{REDIRECT_URI}?{CODE}&{CODE}&state={STATE}",
}


def call_receive(url: str) -> None:
    receive(url, state=STATE, redirect_uri=REDIRECT_URI)


def call_oauthlib(url: str) -> None:
    with contextlib.suppress(OAuth2Error):
        parse_authorization_code_response(url, state=STATE)


def fastest(call: Callable[[str], None], url: str, runs: int) -> float:
    return min(timeit.repeat(lambda: call(url), timer=process_time, number=CALLS, repeat=runs)) / CALLS * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    print(f"{'redirect':24}{'receive':>12}{'oauthlib':>12}")
    for name, url in REDIRECTS.items():
        print(f"{name:24}{fastest(call_receive, url, runs):9.1f} µs{fastest(call_oauthlib, url, runs):9.1f} µs")
    print(f"aim: at most {MAX_MICROSECONDS} µs a call")


if __name__ == "__main__":
    main()
