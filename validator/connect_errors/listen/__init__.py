"""A local callback server that receives redirects as they arrive and answers the browser with their reports.

`server.py` accepts connections through `sockets.py`, `request.py` parses requests, `gate.py` classifies them,
`remembered.py` knows those that arrived before, `page.py` and `response.py` make the responses, and `pasted.py` reads
what is pasted into the terminal. `authorize.py` and `provoke.py` help to get a redirect in the first place.
"""
