"""What a client says in each SASL mechanism: generators that are sent the server's challenges.

A mechanism in which the client speaks first is sent an empty challenge, or none (None), if its
first answer goes out with the command.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import time
from collections.abc import Generator

from rig.servers import TOKEN_KEY

Steps = Generator[str, str | None, None]
USER = "alice@example.org"
SECRET = "correct-horse"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(user: str = USER, hours: int = 24 * 3650) -> str:
    """A JSON Web Token (RFC 7519) for a user, as a login service gives it out."""
    now = int(time.time())
    says = {"iss": "https://login.example.org", "sub": user, "email": user, "scope": "mail"}
    says |= {"iat": now - 60 - 3600 * max(0, -hours), "exp": now + 3600 * hours}
    parts = [_part(json.dumps(p).encode()) for p in ({"alg": "HS256", "typ": "JWT"}, says)]
    signed = ".".join(parts)
    return f"{signed}.{_part(hmac.digest(TOKEN_KEY, signed.encode(), 'sha256'))}"


def xoauth2(bearer: str) -> Steps:
    """A token as Google and Microsoft take it; an error is answered with an empty line."""
    yield ""
    yield f"user={USER}\x01auth=Bearer {bearer}\x01\x01"
    yield ""


def oauthbearer(bearer: str) -> Steps:
    """A token as RFC 7628 has it; an error is answered with a lone %x01 (3.2.3)."""
    yield ""
    yield f"n,a={USER},\x01host=mail.example.org\x01port=143\x01auth=Bearer {bearer}\x01\x01"
    yield "\x01"


def plain(secret: str = SECRET, on_behalf: str = "") -> Steps:
    yield ""
    yield f"{on_behalf}\0{USER}\0{secret}"


def anonymous() -> Steps:
    """RFC 4505: no login at all, only a trace."""
    yield ""
    yield "guest@example.org"


def external() -> Steps:
    """RFC 4422, appendix A: the certificate has said it already."""
    yield ""
    yield ""


def cram_md5(secret: str = SECRET) -> Steps:
    challenge = yield ""
    yield f"{USER} {hmac.new(secret.encode(), (challenge or '').encode(), 'md5').hexdigest()}"


def replayed(answer: str) -> Steps:
    """Whatever the challenge: an answer that was heard before."""
    yield ""
    yield answer


def digest_md5(uri: str) -> Steps:
    """RFC 2831 2.1.2; the last challenge is the server's own proof, and has no answer."""
    challenge = yield ""
    asked = dict(re.findall(r'(\w[\w-]*)="?([^",]*)"?', challenge or ""))
    own = base64.b64encode(os.urandom(12)).decode()
    realm = asked.get("realm", "")
    known = hashlib.md5(f"{USER}:{realm}:{SECRET}".encode()).digest()
    a1 = hashlib.md5(known + f":{asked['nonce']}:{own}".encode()).hexdigest()
    a2 = hashlib.md5(f"AUTHENTICATE:{uri}".encode()).hexdigest()
    joined = f"{a1}:{asked['nonce']}:00000001:{own}:auth:{a2}"
    proof = hashlib.md5(joined.encode()).hexdigest()
    yield (
        f'charset=utf-8,username="{USER}",realm="{realm}",nonce="{asked["nonce"]}",nc=00000001,'
        f'cnonce="{own}",digest-uri="{uri}",response={proof},qop=auth'
    )
    yield ""


def scram(hash_name: str) -> Steps:
    """RFC 5802: both sides prove that they know the password."""
    yield ""
    first = f"n={USER},r={base64.b64encode(os.urandom(18)).decode()}"
    challenge = (yield f"n,,{first}") or ""
    facts = dict(item.split("=", 1) for item in challenge.split(","))
    salt, rounds = base64.b64decode(facts["s"]), int(facts["i"])
    salted = hashlib.pbkdf2_hmac(hash_name, SECRET.encode(), salt, rounds)
    key = hmac.digest(salted, b"Client Key", hash_name)
    final = f"c=biws,r={facts['r']}"
    told = f"{first},{challenge},{final}".encode()
    signature = hmac.digest(hashlib.new(hash_name, key).digest(), told, hash_name)
    proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    proved = yield f"{final},p={base64.b64encode(proof).decode()}"
    expected = hmac.digest(hmac.digest(salted, b"Server Key", hash_name), told, hash_name)
    if proved is not None and proved != f"v={base64.b64encode(expected).decode()}":
        raise SystemExit("the server does not know the password either")
    yield ""
