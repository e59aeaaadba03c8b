"""FTP over TLS with ftplib, and back to clear text with CCC.

Usage: tls_client.py HOST PORT USER PASSWORD TLS_VERSION FOLDER LOCAL

Downloads before.bin of the remote FOLDER in TLS to LOCAL, leaves TLS, downloads after.bin and uploads both again.
"""

import ftplib
import ssl
import sys

host, port, user, password, version, folder, local = sys.argv[1:]

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.minimum_version = context.maximum_version = ssl.TLSVersion[version]

ftp = ftplib.FTP_TLS(context=context, timeout=15)
ftp.set_debuglevel(1)
ftp.connect(host, int(port))
ftp.login(user, password)
ftp.prot_p()
ftp.cwd(folder)


def download(name):
    with open(f"{local}/{name}", "wb") as file:
        ftp.retrbinary(f"RETR {name}", file.write)


download("before.bin")
print("version", ftp.sock.version())
ftp.prot_c()
ftp.ccc()
download("after.bin")
for name in ("before.bin", "after.bin"):
    with open(f"{local}/{name}", "rb") as file:
        ftp.storbinary(f"STOR up-{name}", file)
print(ftp.nlst())
ftp.quit()
