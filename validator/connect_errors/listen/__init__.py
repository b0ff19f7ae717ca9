"""A local callback server that receives redirects as they arrive and answers the browser with their reports.

`server.py` accepts connections, `request.py` parses requests, `gate.py` classifies them, `page.py` renders the
responses; `authorize.py` and `provoke.py` help to get a redirect in the first place.
"""
