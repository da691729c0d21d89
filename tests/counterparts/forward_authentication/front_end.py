"""What Azure has before the service, as far as it changes requests.

Front Door replaces `X-Forwarded-Host` and `X-Forwarded-Proto`. The front end of Functions writes
the path of the request into `X-Original-URL`. Both choose the app by `Host`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.counterparts.nginx import gateway
from tests.counterparts.ports import free_port
from tests.fakes.in_a_thread import in_a_thread

_SITE = """
server {{
    listen 127.0.0.1:{port} default_server;
    return 404;
}}
server {{
    listen 127.0.0.1:{port};
    server_name localhost;
    client_max_body_size 0;
    location / {{
        proxy_pass http://127.0.0.1:{backend_port};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Proto https;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Original-URL $request_uri;
    }}
}}
"""


@contextmanager
def azure(folder: Path, backend_port: int) -> Iterator[int]:
    port = free_port()
    site = _SITE.format(port=port, backend_port=backend_port)
    with in_a_thread(gateway.nginx(folder, site)):
        yield port
