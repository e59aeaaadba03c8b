"""Many transfers in one session with ftplib, in TLS or without.

Usage: secured_client.py HOST PORT USER PASSWORD SECURITY VERSION SESSIONS COUNT FOLDER LOCAL

SECURITY is none, explicit, implicit, or explicit-clear, with data in clear; VERSION is TLSv1_2 or TLSv1_3; SESSIONS is resume, or fresh:
whether data connections resume
the control connection's session. Downloads down.bin of the remote FOLDER and uploads LOCAL/up.bin there, COUNT times in all, downloads
and uploads in turn for the first half and then uploads alone; for every other two of them the server connects. Lists at the end.
"""

import ftplib
import hashlib
import sys

import ftps

host, port, user, password, security, version, sessions, count, folder, local = sys.argv[1:]

ftps.Explicit.resumes = sessions == "resume"
ftp = ftplib.FTP(timeout=20) if security == "none" else ftps.CLIENTS[security.removesuffix("-clear")](context=ftps.context(version), timeout=20)
ftp.set_debuglevel(1)
ftp.connect(host, int(port))
ftp.login(user, password)
if security != "none":
    print("version", ftp.sock.version())
    ftp.prot_p()
if security == "explicit-clear":
    ftp.prot_c()
ftp.cwd(folder)
with open(f"{local}/up.bin", "rb") as file:
    uploaded = hashlib.sha256(file.read()).hexdigest()
print("uploaded", uploaded)
try:
    for i in range(int(count)):
        ftp.set_pasv(i % 4 < 2)
        if i < int(count) / 2 and i % 2 == 0:
            digest = hashlib.sha256()
            ftp.retrbinary("RETR down.bin", digest.update)
            print("downloaded", digest.hexdigest())
        else:
            with open(f"{local}/up.bin", "rb") as file:
                ftp.storbinary(f"STOR up-{i}.bin", file)
except OSError as broken:
    print("broken", broken)
    ftp.voidresp()
print(ftp.nlst())
ftp.quit()
