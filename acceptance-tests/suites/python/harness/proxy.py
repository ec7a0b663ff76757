"""A proxy on the way to AWS, and AWS's names in front of a simulator, with a certificate for them.

Only the proxy knows the names: they all lead to one place, so who comes there came through it.
"""

import datetime
import ipaddress
import socket
import ssl
import threading
import urllib.parse
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harness.world import REGION

NAMES = [f"*.{REGION}.amazonaws.com", f"*.{REGION}.api.aws", "localhost"]


class Proxy:
    """Starts with `with`, ends with it. `plain` and `secure` are where `http://` and tunnels lead."""

    def __init__(self, plain: str, secure: str | None = None):
        self.plain = urllib.parse.urlsplit(plain).netloc
        self.secure = urllib.parse.urlsplit(secure or plain).netloc
        self.hosts: list[str] = []
        self.authorizations: set[str | None] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.address}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            """One request a connection, except in tunnels."""

            def do_POST(self) -> None:
                self._note(urllib.parse.urlsplit(self.path).netloc)
                body = self.rfile.read(int(self.headers["content-length"]))
                target = HTTPConnection(proxy.plain, timeout=60)
                target.request("POST", "/", body, dict(self.headers))
                answer = target.getresponse()
                text = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)
                target.close()

            def do_CONNECT(self) -> None:
                self._note(self.path.removesuffix(":443"))
                host, port = proxy.secure.split(":")
                with socket.create_connection((host, int(port))) as target:
                    self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    self.wfile.flush()
                    both_ways(self.connection, target)
                self.close_connection = True

            def _note(self, host: str) -> None:
                proxy.hosts.append(host)
                proxy.authorizations.add(self.headers.get("proxy-authorization"))

            def log_message(self, *_) -> None:
                pass

        return Handler


class TlsFront:
    """TLS in front of a server that has none, under AWS's names."""

    def __init__(self, behind: str, folder: Path):
        self.ca = folder / "ca.pem"
        certificate = folder / "certificate.pem"
        make_certificate(self.ca, certificate)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._behind = urllib.parse.urlsplit(behind)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._socket.getsockname()[1]}"
        self.address = self.url.replace("localhost", "127.0.0.1")

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        place = (self._behind.hostname, self._behind.port)
        try:
            with (
                self._context.wrap_socket(caller, server_side=True) as secure,
                socket.create_connection(place) as target,
            ):
                both_ways(secure, target)
        except OSError:
            # Who does not trust the certificate hangs up.
            return


def both_ways(one: socket.socket, other: socket.socket) -> None:
    """Hands on what comes from either side until one of them hangs up."""

    def hand_on(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    back = threading.Thread(target=hand_on, args=(other, one), daemon=True)
    back.start()
    hand_on(one, other)
    back.join()


def make_certificate(ca: Path, certificate: Path) -> None:
    """A CA's certificate, and a key with one of its making for AWS's names."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Proxy's CA")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Proxy")])
    names = [*map(x509.DNSName, NAMES), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = _builder(issuer, issuer, ca_key)
    signed = signed.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    ca.write_bytes(_pem(signed.sign(ca_key, hashes.SHA256())))
    signed = _builder(subject, issuer, key)
    signed = signed.add_extension(x509.SubjectAlternativeName(names), critical=False)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    certificate.write_bytes(private + _pem(signed.sign(ca_key, hashes.SHA256())))


def _builder(subject: x509.Name, issuer: x509.Name, key) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
