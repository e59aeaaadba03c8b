"""Data connections in clear and in TLS by turns, in one session with ftplib.

Usage: protection_client.py HOST PORT USER PASSWORD LEVELS FOLDER LOCAL

LEVELS are those of PROT, such as C,P,C; none: without AUTH. For each of them clear.bin of the remote FOLDER, or secret.bin with P, is
downloaded, and LOCAL's file of that name uploaded: the client connects, and then the same once more and the server does. Data
connections resume the control connection's session.
"""

import ftplib
import hashlib
import ssl
import sys

host, port, user, password, levels, folder, local = sys.argv[1:]

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE


class Resuming(ftplib.FTP_TLS):
    def ntransfercmd(self, command, rest=None):
        connection, size = ftplib.FTP.ntransfercmd(self, command, rest)
        if self._prot_p:
            connection = self.context.wrap_socket(connection, server_hostname=self.host, session=self.sock.session)
        return connection, size


ftp = ftplib.FTP(timeout=20) if levels == "none" else Resuming(context=context, timeout=20)
ftp.set_debuglevel(1)
ftp.connect(host, int(port))
ftp.login(user, password)
ftp.cwd(folder)
if levels != "none":
    ftp.voidcmd("PBSZ 0")
for passive in (True, False):
    ftp.set_pasv(passive)
    for level in levels.split(","):
        if level == "P":
            ftp.prot_p()
        elif level == "C":
            ftp.prot_c()
        name = "secret.bin" if level == "P" else "clear.bin"
        digest = hashlib.sha256()
        ftp.retrbinary(f"RETR {name}", digest.update)
        print("downloaded", level, digest.hexdigest())
        with open(f"{local}/{name}", "rb") as file:
            ftp.storbinary(f"STOR up-{level}-{name}", file)
ftp.quit()
