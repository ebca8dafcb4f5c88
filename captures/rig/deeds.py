"""What a client did, as the manifest will tell it: sessions and the credentials sent in them."""

from dataclasses import dataclass, field

STRENGTH = {"LOGIN": "readable", "USER": "readable", "PLAIN": "encoded", "AUTH LOGIN": "encoded"}
HASHED = ("APOP", "CRAM-MD5", "DIGEST-MD5")
PORTS = {
    24: "smtp",
    25: "smtp",
    587: "smtp",
    465: "smtp",
    143: "imap",
    993: "imap",
    110: "pop3",
    995: "pop3",
}
IMPLICIT_TLS = (465, 993, 995)


@dataclass(slots=True)
class Deed:
    """One mail session, told by who held it."""

    port: int
    security: str = "plaintext"
    credentials: list[dict[str, object]] = field(default_factory=list)
    complete: bool = True

    @property
    def protocol(self) -> str:
        return PORTS[self.port]

    def sent(self, mechanism: str, username: str, secret: str, accepted: bool | None) -> None:
        """Note that a secret crossed the wire, and what the server said to it."""
        strength = STRENGTH.get(mechanism)
        if strength is None:
            strength = "hashed" if mechanism in HASHED else "salted"
        if self.security != "plaintext":
            strength = "protected"
        self.credentials.append(
            {
                "mechanism": mechanism,
                "username": username,
                "secret": secret,
                "strength": strength,
                "accepted": accepted,
            }
        )
