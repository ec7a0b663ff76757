"""The provider as Terraform's core meets it: started, reached over mutual TLS, asked for its schema.

A gRPC library would start slower than what is to be measured, so the one request is written by hand:
HTTP/2 (RFC 9113) with headers that HPACK (RFC 7541) leaves as they are.
"""

import os
import socket
import ssl
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from demo.settings import ROOT

_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
_CERTIFICATE = ROOT / "src/plugin/testdata/client.crt"
_KEY = ROOT / "src/plugin/testdata/client.key"
_DATA, _HEADERS, _SETTINGS, _PING, _WINDOW_UPDATE = 0, 1, 4, 6, 8
_END_STREAM, _END_HEADERS, _ACK = 1, 4, 1
_STREAM = 1


@dataclass(frozen=True)
class Start:
    """One start of the provider."""

    # From the start of the process.
    handshake_ms: float
    schema_ms: float
    schema_bytes: int
    # Resident memory at its highest so far; None where the system does not tell.
    memory_kb: int | None


def start(program: Path) -> Start:
    """Starts the provider, asks for its schema and ends it."""
    environment = os.environ | {
        "TF_PLUGIN_MAGIC_COOKIE": _COOKIE,
        "PLUGIN_PROTOCOL_VERSIONS": "6",
        "PLUGIN_CLIENT_CERT": _CERTIFICATE.read_text(),
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        line = process.stdout.readline().decode()
        handshake = time.perf_counter()
        schema = _ask(line.split("|")[3], "/tfplugin6.Provider/GetProviderSchema")
        answered = time.perf_counter()
        memory = peak_kb(process.pid)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    return Start((handshake - began) * 1000, (answered - began) * 1000, len(schema), memory)


def peak_kb(process: int) -> int | None:
    """The most memory that a process has had resident."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peaks[0]) if peaks else None


def _ask(path: str, method: str) -> bytes:
    """The answer to a request without content."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # The server's certificate is in the handshake line; whom we started is no stranger.
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(_CERTIFICATE, _KEY)
    context.set_alpn_protocols(["h2"])
    with socket.socket(socket.AF_UNIX) as plain:
        plain.connect(path)
        with context.wrap_socket(plain) as connection:
            connection.sendall(_request(method))
            return _answer(connection)


def _request(method: str) -> bytes:
    headers = {
        ":method": "POST",
        ":scheme": "https",
        ":path": method,
        ":authority": "localhost",
        "content-type": "application/grpc",
        "te": "trailers",
    }
    # A window as large as it gets, so that none has to be given during the answer.
    window = struct.pack(">HI", 4, 2**31 - 1)
    return b"".join([
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        _frame(_SETTINGS, 0, 0, window),
        _frame(_WINDOW_UPDATE, 0, 0, struct.pack(">I", 2**30)),
        _frame(_HEADERS, _END_HEADERS, _STREAM, b"".join(map(_header, headers.items()))),
        # An uncompressed message of no bytes.
        _frame(_DATA, _END_STREAM, _STREAM, bytes(5)),
    ])


def _header(header: tuple[str, str]) -> bytes:
    """A header as it is: no index, no compression."""
    parts = [part.encode() for part in header]
    return b"\0" + b"".join(bytes([len(part)]) + part for part in parts)


def _frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return struct.pack(">I", len(content))[1:] + struct.pack(">BBI", kind, flags, stream) + content


def _answer(connection: ssl.SSLSocket) -> bytes:
    message = b""
    while True:
        head = _exactly(connection, 9)
        length, kind, flags = int.from_bytes(head[:3]), head[3], head[4]
        content = _exactly(connection, length)
        if kind in (_SETTINGS, _PING) and not flags & _ACK:
            connection.sendall(_frame(kind, _ACK, 0, content if kind == _PING else b""))
        if kind == _DATA:
            message += content
        if kind in (_DATA, _HEADERS) and flags & _END_STREAM:
            if len(message) < 5:
                raise ConnectionError("the provider answered without a schema")
            return message[5:]


def _exactly(connection: ssl.SSLSocket, length: int) -> bytes:
    content = b""
    while len(content) < length:
        more = connection.recv(length - len(content))
        if not more:
            raise ConnectionError("the provider hung up")
        content += more
    return content
