"""A security key made of software, as a browser would speak for it: what is wrong with an answer can be chosen."""

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
NO_MAKER = bytes(16)


class SecurityKey:
    """One key that holds one passkey."""

    def __init__(self, origin: str = "http://localhost", host: str = "localhost") -> None:
        self.origin, self.host = origin, host
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.number = secrets.token_bytes(32)
        self.user_handle = ""
        self.uses = 0

    def make(self, options: dict[str, Any], *, verified: bool = True, **wrong: Any) -> dict[str, Any]:
        """Return the answer to a question for a new passkey."""
        self.user_handle = options["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.private.public_key())))
        held = NO_MAKER + len(self.number).to_bytes(2, "big") + self.number + public
        flags = PRESENT | ATTESTED | (VERIFIED if verified else 0)
        proof = {"fmt": "none", "attStmt": {}, "authData": self._data(flags, wrong) + held}
        said = self._said("webauthn.create", options["challenge"], wrong)
        response = {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(cbor.encode(proof))}
        return self._answer(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def show(self, options: dict[str, Any], *, verified: bool = True, **wrong: Any) -> dict[str, Any]:
        """Return the answer to a question for the passkey."""
        self.uses += 1
        data = self._data(PRESENT | (VERIFIED if verified else 0), wrong)
        said = self._said("webauthn.get", options["challenge"], wrong)
        signature = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(said),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(wrong.get("signature", signature)),
            "userHandle": wrong.get("user_handle", self.user_handle),
        }
        return self._answer(response) | {"clientExtensionResults": {}}

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        number = websafe_encode(self.number)
        return {"id": number, "rawId": number, "type": "public-key", "response": response}

    def _data(self, flags: int, wrong: dict[str, Any]) -> bytes:
        host = wrong.get("host", self.host)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _said(self, kind: str, challenge: str, wrong: dict[str, Any]) -> bytes:
        assert websafe_decode(challenge)
        said = {
            "type": kind,
            "challenge": wrong.get("challenge", challenge),
            "origin": wrong.get("origin", self.origin),
        }
        return json.dumps({**said, "crossOrigin": wrong.get("cross_origin", False)}).encode()
