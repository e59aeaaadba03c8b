"""An FTP server: pyftpdlib_server.py HOST PORT ROOT USER PASSWORD [CERTIFICATE KEY DATA]; anonymous may read.

With a certificate logins need TLS; where DATA is private, data connections need it too.
"""
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import MultiprocessFTPServer

host, port, root, user, password, *tls = sys.argv[1:]

authorizer = DummyAuthorizer()
authorizer.add_user(user, password, root, perm="elradfmwMT")
authorizer.add_anonymous(root)

Handler = TLS_FTPHandler if tls else FTPHandler
if tls:
    Handler.certfile, Handler.keyfile = tls[:2]
    Handler.tls_control_required = True
    Handler.tls_data_required = tls[2] == "private"
Handler.authorizer = authorizer
# A wrong password is answered at once; the default of three seconds would only make tests slow.
Handler.auth_failed_timeout = 0
# A process for each session: in one process, sessions at the same time now and then reset or stall each other.
MultiprocessFTPServer((host, int(port)), Handler).serve_forever()
