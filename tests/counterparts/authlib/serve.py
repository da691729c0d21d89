"""Serves the application and the API of docs/openid/authlib.md, which are modules in the current
folder, and tells a test which tokens the application has."""

import json
import sys
import threading
from importlib import import_module
from pathlib import Path

from werkzeug.serving import make_server

sys.path.insert(0, str(Path.cwd()))
application, api = import_module("application"), import_module("api")


def show_tokens() -> str:
    return json.dumps(list(application.tokens.values()))


def let_tokens_expire() -> str:
    for token in application.tokens.values():
        token["expires_at"] = 1
    return ""


application.app.add_url_rule("/tokens", view_func=show_tokens)
application.app.add_url_rule("/let-tokens-expire", view_func=let_tokens_expire, methods=["POST"])
servers = [
    make_server("127.0.0.1", 0, served, threaded=True) for served in (application.app, api.api)
]
for server in servers:
    threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready on", *(server.port for server in servers), flush=True)
sys.stdin.read()
