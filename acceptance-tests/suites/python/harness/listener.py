"""A small HTTP server of a test's own, for what stands around AWS: metadata, log-ins, proxies."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """A request; names of headers are in small letters."""

    method: str
    path: str
    headers: dict[str, str]


class Listener:
    """Starts with `with`, ends with it. `answer` makes a status and a body, JSON unless a text."""

    def __init__(self, answer: Callable[[Asked], tuple[int, object]]):
        self.asked: list[Asked] = []
        self._answer = answer
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            """Hands every request over, and keeps silent about it."""

            def answer(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers)
                listener.asked.append(asked)
                status, body = listener._answer(asked)
                text = body if isinstance(body, str) else json.dumps(body)
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                # The metadata of an instance tells how long its tokens live.
                self.send_header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_PUT = do_POST = answer

            def log_message(self, *_) -> None:
                pass

        return Handler
