"""Python's ftplib in TLS of one version, whose data connections may resume the control connection's session."""

import ftplib
import ssl


def context(version=None):
    """Believes any server. VERSION is as in ssl.TLSVersion, or with a full stop: TLSv1_3, TLSv1.3; none: what both have."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    if version:
        made.minimum_version = made.maximum_version = ssl.TLSVersion[version.replace(".", "_")]
    return made


class Explicit(ftplib.FTP_TLS):
    resumes = True

    def ntransfercmd(self, command, rest=None):
        if not self.resumes:
            return super().ntransfercmd(command, rest)
        connection, size = ftplib.FTP.ntransfercmd(self, command, rest)
        if self._prot_p:
            connection = self.context.wrap_socket(connection, server_hostname=self.host, session=self.sock.session)
        return connection, size


class Implicit(Explicit):
    """TLS from the first byte."""

    _socket = None

    @property
    def sock(self):
        return self._socket

    @sock.setter
    def sock(self, value):
        self._socket = value if value is None or isinstance(value, ssl.SSLSocket) else self.context.wrap_socket(value)


CLIENTS = {"explicit": Explicit, "implicit": Implicit}
