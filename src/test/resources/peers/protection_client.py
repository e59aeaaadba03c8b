"""Data connections in clear and in TLS by turns, in one session with ftplib.

Usage: protection_client.py HOST PORT USER PASSWORD LEVELS FOLDER LOCAL

LEVELS are those of PROT, such as C,P,C; none: without AUTH. For each of them clear.bin of the remote FOLDER, or secret.bin with P, is
downloaded, and LOCAL's file of that name uploaded: the client connects, and then the same once more and the server does. Data
connections resume the control connection's session.
"""

import ftplib
import hashlib
import sys

import ftps

host, port, user, password, levels, folder, local = sys.argv[1:]

ftp = ftplib.FTP(timeout=20) if levels == "none" else ftps.Explicit(context=ftps.context(), timeout=20)
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
