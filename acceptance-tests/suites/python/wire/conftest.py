"""Fixtures of the wire's tests: moto's server in this process."""

import logging
import urllib.request

import pytest
from moto.server import ThreadedMotoServer


@pytest.fixture(scope="session")
def moto_server():
    """One server for all tests of a worker."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def moto_url(moto_server) -> str:
    """The address of a moto that knows nothing yet."""
    host, port = moto_server.get_host_and_port()
    url = f"http://{host}:{port}"
    reset = urllib.request.Request(f"{url}/moto-api/reset", method="POST")
    urllib.request.urlopen(reset, timeout=30).close()
    return url
