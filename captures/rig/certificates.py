"""A certificate authority for the lab, made on the spot by openssl and gone with the run."""

from dataclasses import dataclass
from pathlib import Path

from rig.network import run

DAYS = "3650"


@dataclass
class Authority:
    """Signs the servers' certificates; the clients trust `certificate` and nothing else."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.certificate = self.folder / "ca.pem"
        self._key = self.folder / "ca.key"
        self._new_key(self._key)
        extensions = ["basicConstraints=critical,CA:true", "keyUsage=critical,keyCertSign"]
        added = [word for extension in extensions for word in ("-addext", extension)]
        config = self.folder / "openssl.cnf"
        config.write_text("[req]\ndistinguished_name=name\n[name]\n")
        subject = ["-subj", "/CN=wiretutor lab CA", "-key", str(self._key), "-days", DAYS]
        request = ["openssl", "req", "-config", str(config), "-x509", "-sha256"]
        run(*request, *subject, *added, "-out", str(self.certificate))

    def _new_key(self, path: Path) -> None:
        run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(path))

    def server(self, name: str) -> tuple[Path, Path]:
        """Certificate and key for a server of this name; made at the first call.

        `expired/NAME` was good until yesterday, `self/NAME` is signed by itself, `client/NAME` is a
        client's.
        """
        kind, _, name = name.rpartition("/")
        file = f"{kind}-{name}" if kind else name
        cert, key = self.folder / f"{file}.pem", self.folder / f"{file}.key"
        if cert.exists():
            return cert, key
        self._new_key(key)
        use = "clientAuth" if kind == "client" else "serverAuth"
        asked, wanted = self.folder / "request.pem", self.folder / "extensions"
        wanted.write_text(
            f"subjectAltName=DNS:{name}\nbasicConstraints=critical,CA:false\n"
            f"keyUsage=critical,digitalSignature\nextendedKeyUsage={use}\n"
        )
        config = ["-config", str(self.folder / "openssl.cnf"), "-subj", f"/CN={name}"]
        run("openssl", "req", *config, "-new", "-key", str(key), "-out", str(asked))
        signer = ["-CA", str(self.certificate), "-CAkey", str(self._key), "-CAcreateserial"]
        if kind == "self":
            signer = ["-signkey", str(key)]
        days = "-1" if kind == "expired" else DAYS
        limits = ["-days", days, "-sha256", "-extfile", str(wanted)]
        run("openssl", "x509", "-req", "-in", str(asked), *signer, *limits, "-out", str(cert))
        return cert, key
