"""A local OpenID Connect provider of the tests' own: a real HTTP server, which can be told to answer wrongly."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "moka-portal", "secret of the client"
PAGE = """<!DOCTYPE html><html lang="ja"><meta charset="utf-8"><title>Provider</title><link rel="icon" href="data:,">
<form method="post" action="/authorize?{query}"><label>Number <input name="number"></label><button>Allow</button></form>
"""
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class OidcProvider:
    """Who asked for what, and how the next answers are wrong.

    `described`, `claims` and `answers` replace parts of the description, of the ID token and of whole answers by path;
    None takes a claim away. `sign` makes the ID token.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.described: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.sign = signed

    def approve(self, address: str, number: str, subject: str = "") -> str:
        """Sign somebody in on the page at `address`; return where the browser is sent then."""
        wanted = dict(parse_qsl(urlsplit(address).query))
        assert (wanted["client_id"], wanted["response_type"]) == (CLIENT, "code")
        assert "openid" in wanted["scope"].split() and wanted["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**wanted, "number": number, "sub": subject or f"subject of {number}"}
        return f"{wanted['redirect_uri']}?{urlencode({'code': code, 'state': wanted['state']})}"

    def description(self) -> dict[str, Any]:
        """Return what the provider says of itself."""
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.url} | {name: f"{self.url}/{end}" for name, end in ends.items()} | self.described

    def keys(self) -> dict[str, Any]:
        """Return the public key of the ID tokens."""
        public = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [public | {"kid": "1", "use": "sig", "alg": "RS256"}]}

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """Exchange a code, once, for whoever began with it."""
        wanted = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == wanted["code_challenge"]
        assert (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
        assert form["redirect_uri"] == wanted["redirect_uri"]
        now = int(time.time())
        standard = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "sub": wanted["sub"]}
        claims = {**standard, "nonce": wanted.get("nonce"), "employee_number": wanted["number"], "name": "他の名"}
        said = {name: value for name, value in (claims | self.claims).items() if value is not None}
        return {"access_token": "unused", "token_type": "Bearer", "expires_in": 300, "id_token": self.sign(said)}


def signed(claims: dict[str, Any], key: Any = KEY, algorithm: str = "RS256", kid: str = "1") -> str:
    """Return the ID token of `claims`."""
    return jwt.encode(claims, key, algorithm, {"kid": kid})


class _Handler(BaseHTTPRequestHandler):
    provider: OidcProvider

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer({name: values[0] for name, values in parse_qs(body).items()})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        self.provider.asked.append(urlsplit(self.path).path)

    def _answer(self, form: dict[str, str]) -> None:
        provider, path = self.provider, urlsplit(self.path).path
        if path in provider.answers:
            self._send(*provider.answers[path])
        elif path == "/authorize" and form:
            self._send(302, b"", Location=provider.approve(self.path, form["number"]))
        elif path == "/authorize":
            page = PAGE.format(query=urlsplit(self.path).query.replace("&", "&amp;"))
            self._send(200, page.encode(), **{"Content-Type": "text/html"})
        else:
            status, document = self._document(path, form)
            self._send(status, json.dumps(document).encode())

    def _document(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path != "/token":
            return 200, self.provider.keys() if path == "/keys" else self.provider.description()
        try:
            return 200, self.provider.token(form)
        except (AssertionError, KeyError):
            return 400, {"error": "invalid_grant"}

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[OidcProvider]:
    """Serve on a free port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = OidcProvider(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = type("Handler", (_Handler,), {"provider": provider})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
