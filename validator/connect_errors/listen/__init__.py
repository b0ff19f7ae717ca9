"""A callback on this machine that receives redirects as they arrive, and answers the browser with their reports.

`server.py` takes connections, `request.py` parses what they send, `gate.py` decides what it is, `page.py` writes the
answer; `authorize.py` and `provoke.py` help to get a redirect in the first place.
"""
