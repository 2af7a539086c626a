"""A small OpenID provider in a process of its own, which can be made to misbehave.

It keeps to the rules that a real one keeps (registered address, PKCE, codes that work
once), so that who breaks them here is refused; `POST /next` says who logs in next and
what shall be wrong with the answer.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "rollout", "known to both"
KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))
codes: dict[str, dict[str, str]] = {}
next_answer: dict[str, Any] = {}


class Handler(BaseHTTPRequestHandler):
    """Answers as a provider does."""

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""

    @property
    def issuer(self) -> str:
        return f"http://{self.headers['Host']}"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self.say(
                {
                    "issuer": next_answer.get("issuer", self.issuer),
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "end_session_endpoint": f"{self.issuer}/end",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif parts.path == "/keys":
            key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            self.say({"keys": [{**key, "kid": "1", "alg": "RS256", "use": "sig"}]})
        elif parts.path == "/authorize":
            self.authorize({k: v[0] for k, v in parse_qs(parts.query).items()})
        else:
            self.say({}, 404)

    def authorize(self, asked: dict[str, str]) -> None:
        fits = (
            asked.get("client_id") == CLIENT
            and asked.get("response_type") == "code"
            and asked.get("code_challenge_method") == "S256"
            and asked.get("code_challenge")
            and asked.get("nonce")
            and asked.get("state")
            and "openid" in asked.get("scope", "").split()
            and asked.get("redirect_uri", "").endswith("/login/callback/")
        )
        if not fits:
            self.say({"error": "invalid_request"}, 400)
            return
        code = secrets.token_urlsafe()
        codes[code] = asked
        self.send_response(302)
        back = urlencode({"code": code, "state": asked["state"]})
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/next":
            next_answer.clear()
            next_answer.update(json.loads(body))
            self.say({})
            return
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET)
            or sent.get("redirect_uri") != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            self.say({"error": "invalid_grant"}, 400)
            return
        self.say(
            {
                "access_token": secrets.token_urlsafe(),
                "token_type": "Bearer",
                "id_token": self.token(asked),
            }
        )

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **next_answer.get("claims", {}),
        }
        key: Any = OTHER_KEY if next_answer.get("forged") else KEY
        if next_answer.get("unsigned"):
            return jwt.encode(claims, "", algorithm="none", headers={"kid": "1"})
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "1"})

    def say(self, what: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
