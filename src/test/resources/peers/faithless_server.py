"""An FTP server with TLS that is not to be trusted: faithless_server.py HOST PORT CERTIFICATE KEY OTHER OTHER_KEY MISDEED

MISDEED is truncates: data ends without close_notify, and the reply says that all is well; changes: data connections have another
certificate and resume nothing; stalls: of TLS on data connections it sends a record's head alone; strips: it knows no AUTH; sends: clear text behind its 234; or none.
"""

import socket
import ssl
import sys
import threading

host, port, certificate, key, other, other_key, misdeed = sys.argv[1:]


def context(certificate, key):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate, key)
    return made


own = context(certificate, key)
foreign = context(other, other_key)


def serve(control):
    lines = control.makefile("rb")

    def say(line):
        control.sendall(line.encode() + b"\r\n")

    def data():
        connection, _ = waiting.accept()
        waiting.close()
        if misdeed == "stalls":
            connection.sendall(b"\x16\x03\x03\x02\x00")
            while connection.recv(65536):
                pass
            raise OSError("it was left")
        return (foreign if misdeed == "changes" else own).wrap_socket(connection, server_side=True)

    say("220 Welcome.")
    for line in iter(lambda: lines.readline(), b""):
        verb = line.decode("latin-1").split()[0].upper()
        if verb == "AUTH":
            if misdeed == "strips":
                say("502 Not known here.")
                continue
            control.sendall(b"234 Go ahead.\r\n" + (b"230 You are root.\r\n" if misdeed == "sends" else b""))
            control = own.wrap_socket(control, server_side=True)
            lines = control.makefile("rb")
        elif verb == "PASV":
            waiting = socket.create_server((host, 0))
            number = waiting.getsockname()[1]
            say("227 Here (%s,%d,%d)." % (host.replace(".", ","), number // 256, number % 256))
        elif verb in ("RETR", "STOR"):
            say("150 Coming.")
            try:
                moved = data()
                if verb == "RETR":
                    moved.sendall(b"x" * 1000)
                else:
                    while moved.recv(65536):
                        pass
                if misdeed == "truncates":
                    moved.close()
                else:
                    moved.unwrap().close()
                say("226 All is well.")
            except OSError as broken:
                say("426 " + str(broken))
        elif verb == "QUIT":
            say("221 Goodbye.")
            break
        else:
            say({"USER": "331 Password?", "PASS": "230 Welcome."}.get(verb, "200 Fine."))
    control.close()


def carefully(control):
    try:
        serve(control)
    except OSError as broken:
        print(broken)


listener = socket.create_server((host, int(port)))
while True:
    threading.Thread(target=carefully, args=(listener.accept()[0],), daemon=True).start()
