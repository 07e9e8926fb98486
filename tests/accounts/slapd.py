"""A real slapd (OpenLDAP) of the tests' own: its data in a temporary folder, on free ports of 127.0.0.1."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import ldap
import ldap.modlist

from devservers.system_packages import SLAPD
from tests.accounts import certificates
from tests.conftest import free_port, wait_for

Values = str | bytes | list[str]
BASE = "dc=moka,dc=example"
PEOPLE = f"ou=people,{BASE}"
MANAGER, PORTAL = f"cn=manager,{BASE}", f"cn=portal,{BASE}"
SECRET = "secret of the tests"
CONFIGURATION = """
include {root}/etc/ldap/schema/core.schema
include {root}/etc/ldap/schema/cosine.schema
include {root}/etc/ldap/schema/inetorgperson.schema
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
modulepath {root}/usr/lib/ldap
moduleload back_mdb
allow bind_anon_dn
TLSCertificateFile {files.server}
TLSCertificateKeyFile {files.key}
pidfile {folder}/slapd.pid
database mdb
suffix "{base}"
rootdn "{manager}"
rootpw "{secret}"
directory {folder}/data
maxsize 16777216
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{portal}" read by * none
"""
"""Only the portal's own account may look for people. A bind without a password succeeds, as at many a directory."""


class Slapd:
    """The server: `uri` for plain connections and StartTLS, `secure_uri` for those encrypted from the start."""

    def __init__(self, folder: Path) -> None:
        self.files = certificates.make(folder)
        self.uri, self.secure_uri = f"ldap://127.0.0.1:{free_port()}", f"ldaps://127.0.0.1:{free_port()}"
        self.program, root = _installed()
        self.configuration = folder / "slapd.conf"
        (folder / "data").mkdir()
        names = {"base": BASE, "manager": MANAGER, "portal": PORTAL, "secret": SECRET}
        self.configuration.write_text(CONFIGURATION.format(root=root, files=self.files, folder=folder, **names))
        self.environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, root.glob("usr/lib/*-linux-*")))}
        self.start()
        self._add(BASE, objectClass=["domain"], dc="moka")
        self._add(PEOPLE, objectClass=["organizationalUnit"], ou="people")
        self._add(PORTAL, objectClass=["applicationProcess", "simpleSecurityObject"], userPassword=SECRET)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [self.program, "-f", self.configuration, "-h", f"{self.uri} {self.secure_uri}", "-d", "0"]
        self.process = subprocess.Popen(command, env=self.environment)
        port = int(self.uri.rpartition(":")[2])
        wait_for(lambda: self._ended() or socket.create_connection(("127.0.0.1", port), 1).close() is None, 20)

    def kill(self) -> None:
        """Kill it as a crash would."""
        self.process.kill()
        self.process.wait()

    def person(self, uid: str, password: str, **attributes: Values) -> None:
        """Add an entry of a person."""
        classes = ["inetOrgPerson", "extensibleObject"]
        self._add(f"uid={uid},{PEOPLE}", objectClass=classes, cn=uid, sn=uid, userPassword=password, **attributes)

    def _ended(self) -> bool:
        assert self.process.poll() is None, f"slapd ended with {self.process.returncode}"
        return False

    def _add(self, dn: str, **attributes: Values) -> None:
        values = {name: found if isinstance(found, list) else [found] for name, found in attributes.items()}
        entry = {
            name: [one.encode() if isinstance(one, str) else one for one in found] for name, found in values.items()
        }
        connection = ldap.initialize(self.uri)
        connection.simple_bind_s(MANAGER, SECRET)
        connection.add_s(dn, ldap.modlist.addModlist(entry))
        connection.unbind_s()


def _installed() -> tuple[Path, Path]:
    """Return the program and the folder below which its schemas and modules lie."""
    unpacked = SLAPD / "usr/sbin/slapd"
    if unpacked.exists():
        return unpacked, SLAPD
    found = shutil.which("slapd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert found, "There is no slapd: make setup-dev unpacks it."
    return Path(found), Path("/")
