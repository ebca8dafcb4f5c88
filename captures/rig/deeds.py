"""What a client did, as the manifest will tell it: sessions and the credentials sent in them."""

from dataclasses import dataclass, field

STRENGTH = {
    **dict.fromkeys(("LOGIN", "USER"), "readable"),
    **dict.fromkeys(("PLAIN", "AUTH LOGIN"), "encoded"),
    **dict.fromkeys(("XOAUTH2", "OAUTHBEARER"), "token"),
    **dict.fromkeys(("APOP", "CRAM-MD5", "DIGEST-MD5", "NTLM"), "hashed"),
    **dict.fromkeys(("ANONYMOUS", "EXTERNAL"), "none"),
}
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
TUNNELS = (1080, 8080)  # SOCKS and a web proxy, with mail inside


@dataclass(slots=True)
class Deed:
    """One mail session, told by who held it."""

    port: int
    security: str = "plaintext"
    credentials: list[dict[str, object]] = field(default_factory=list)
    complete: bool = True
    spoken: str = ""  # the protocol, where the port does not tell
    shows: str = ""  # whose certificate the server shows, if not its own

    @property
    def protocol(self) -> str:
        return self.spoken or PORTS[self.port]

    def sent(
        self, mechanism: str, username: str | None, secret: str, accepted: bool | None
    ) -> None:
        """Note that a secret crossed the wire, and what the server said to it."""
        strength = STRENGTH.get(mechanism, "salted")
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
