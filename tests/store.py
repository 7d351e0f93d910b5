"""An S3 server on this machine, which fails on demand."""

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import requests
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

SECRET = "a-secret-that-nobody-may-see"
ANSWERS = {
    "SlowDown": ("503 Slow Down", "Please reduce your request rate."),
    "InternalError": ("500 Internal Server Error", "We encountered an internal error. Please try again."),
}


@dataclass
class Faults:
    """A WSGI application before another, which answers some requests with an error instead."""

    application: Callable[..., Iterable[bytes]]
    fails: Callable[[int, str], str | None] = lambda number, method: None
    seen: list[str] = field(default_factory=list)
    failed: int = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.seen.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        fault = self.fails(len(self.seen), environ["REQUEST_METHOD"])
        if fault is None:
            return self.application(environ, start_response)
        self.failed += 1
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status, text = ANSWERS[fault]
        start_response(status, [("Content-Type", "application/xml")])
        return [f"<Error><Code>{fault}</Code><Message>{text}</Message></Error>".encode()]


def often(number: int, method: str) -> str | None:
    """Throttle every 13th request, and fail every 29th."""
    return "SlowDown" if number % 13 == 0 else "InternalError" if number % 29 == 0 else None


@contextmanager
def s3_server() -> Iterator[tuple[str, Faults]]:
    """Yield the address of a server, which the clients of this process and its children use, and its faults."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    faults = Faults(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, faults, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    credentials = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "tester",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    requests.post(f"{address}/moto-api/reset", timeout=10)  # what it holds is the process's, not the server's
    try:
        with mock.patch.dict(os.environ, credentials):
            yield address, faults
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
