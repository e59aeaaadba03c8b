"""One session of Python's ftplib, its dialogue printed.

ftplib_client.py HOST PORT USER PASSWORD SECURITY SESSIONS MODE visit DIRECTORY NAME UPLOAD_NAME RESUME_AT
ftplib_client.py HOST PORT USER PASSWORD SECURITY SESSIONS MODE download FILE TARGET
ftplib_client.py HOST PORT USER PASSWORD SECURITY SESSIONS MODE upload SOURCE FILE
ftplib_client.py HOST PORT USER PASSWORD SECURITY SESSIONS MODE exchange DIRECTORY MOVE...
ftplib_client.py HOST PORT USER PASSWORD SECURITY SESSIONS MODE abort DIRECTORY

SECURITY is none, or says how TLS begins, the argument of PROT and the version of TLS: explicit,P,TLSv1.3. SESSIONS is resume or fresh:
whether data connections resume the TLS of the control connection. A MOVE is MODE:down:NAME or MODE:up:NAME.
"""
import ftplib
import os
import socket
import sys
import threading

import ftps

host, port, user, password, security, sessions, mode, task, *arguments = sys.argv[1:]
begin, protection, version = security.split(",") if security != "none" else ("none", "C", "")
TIMEOUT = 15
PASSIVE = ("PASV", "EPSV")


class Session(ftps.CLIENTS.get(begin, ftplib.FTP)):
    """ftplib chooses by address family between PORT and EPRT, PASV and EPSV; here the test chooses."""

    # Else a wrong address in a 227 would go unnoticed.
    trust_server_pasv_ipv4_address = True

    def sendport(self, host, port):
        return self.sendeprt(host, port) if mode == "EPRT" else super().sendport(host, port)

    def makepasv(self):
        if mode == "EPSV":
            return ftplib.parse229(self.sendcmd("EPSV"), self.sock.getpeername())
        return super().makepasv()


def visit(ftp, directory, name, upload_name, resume_at):
    ftp.cwd(directory)
    with open("in/listing.txt", "w", encoding="utf-8") as listing:
        ftp.retrlines("LIST", lambda line: print(line, file=listing))
    for wanted in ("zero.bin", "one.bin", "odd.bin", name):
        with open(os.path.join("in", wanted), "wb") as target:
            ftp.retrbinary("RETR " + wanted, target.write)
    for given in ("up-zero.bin", "up-one.bin", "up-odd.bin", upload_name):
        with open(os.path.join("out", given), "rb") as source:
            ftp.storbinary("STOR " + given, source)
    with open("out/more.txt", "rb") as source:
        ftp.storbinary("APPE log.txt", source)
    with open("in/resumed.bin", "ab") as target:
        ftp.retrbinary("RETR resumed.bin", target.write, rest=resume_at)
    with open("out/up-resumed.bin", "rb") as source:
        source.seek(resume_at)
        ftp.storbinary("STOR up-resumed.bin", source, rest=resume_at)
    abort(ftp)
    with open("in/after.bin", "wb") as target:
        ftp.retrbinary("RETR after.bin", target.write)


def exchange(ftp, directory, *moves):
    global mode
    ftp.cwd(directory)
    with open("in/listing.txt", "w", encoding="utf-8") as listing:
        ftp.retrlines("LIST", lambda line: print(line, file=listing))
    for move in moves:
        mode, direction, name = move.split(":")
        ftp.set_pasv(mode in PASSIVE)
        if direction == "up":
            with open(os.path.join("out", name), "rb") as source:
                ftp.storbinary("STOR " + name, source)
        else:
            with open(os.path.join("in", name), "wb") as target:
                ftp.retrbinary("RETR " + name, target.write)


def abort(ftp):
    """Stops a download half-way: closes the data connection, sends ABOR, and reads the reply to each.

    Pure-FTPd ends a transfer whose data connection was closed on it with another 150 and no final reply.
    """
    data = ftp.transfercmd("RETR abort.bin")
    with open("in/abort.bin", "wb") as target:
        target.write(data.recv(8192))
    data.close()
    ftp.putcmd("ABOR")
    replies = [ftp.getmultiline()[:3], ftp.getmultiline()[:3]]
    if replies[0] not in ("150", "226", "426", "451", "551") or replies[1] not in ("225", "226"):
        raise ftplib.error_reply("replies to ABOR: %s" % replies)


def abort_urgently(ftp, directory):
    """ftplib's own abort sends ABOR with its last byte, the line feed, as urgent data."""
    ftp.cwd(directory)
    ftp.voidcmd("TYPE I")
    with open("in/abort.bin", "wb") as target, ftp.transfercmd("RETR abort.bin") as data:
        target.write(data.recv(8192))
        drain = threading.Thread(target=lambda: drain_into(target, data))
        drain.start()
        print("*cmd* 'ABOR'", ftp.abort(), ftp.getmultiline())
        drain.join()
    with open("in/after.bin", "wb") as target:
        ftp.retrbinary("RETR after.bin", target.write)


def drain_into(target, data):
    """Some servers look at the control connection only when the data connection has taken all."""
    try:
        while block := data.recv(1 << 16):
            target.write(block)
    except OSError as reset:
        print("data connection:", reset)


ftps.Explicit.resumes = sessions == "resume"
ftp = Session(timeout=TIMEOUT, encoding="utf-8", **({"context": ftps.context(version)} if begin != "none" else {}))
ftp.set_debuglevel(1)
ftp.set_pasv(mode in PASSIVE)
ftp.connect(host, int(port))
ftp.login(user, password)
if begin != "none":
    ftp.voidcmd("PBSZ 0")
    ftp.prot_p() if protection == "P" else ftp.prot_c()
if task == "visit":
    visit(ftp, *arguments[:3], int(arguments[3]))
elif task == "exchange":
    exchange(ftp, *arguments)
elif task == "abort":
    abort_urgently(ftp, *arguments)
elif task == "upload":
    with open(arguments[0], "rb") as source:
        ftp.storbinary("STOR " + arguments[1], source, blocksize=1 << 18)
else:
    with open(arguments[1], "wb") as target:
        ftp.retrbinary("RETR " + arguments[0], target.write, blocksize=1 << 18)
ftp.quit()
