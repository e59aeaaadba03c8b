"""A minimal gateway for control connections: accepts what the ruleset leads to it, dials on, and carries bytes both ways.

usage: interceptor.py tproxy|redirect 4|6 PORT OWN_MARK none|any|same

The last word: do not dial; dial from the client's address; dial from the client's address and port.
Prints for each connection: accepted FROM FROM_PORT TO TO_PORT; then dialled, or refused and why.
"""
import ipaddress
import socket
import struct
import sys
import threading

IP_TRANSPARENT, IPV6_TRANSPARENT, SO_MARK, SO_ORIGINAL_DST = 19, 75, 36, 80

mode, family, port, mark, spoof = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4], 0), sys.argv[5]
kind = socket.AF_INET if family == "4" else socket.AF_INET6


def say(*words):
    print(*words, flush=True)


def transparent(sock):
    if kind == socket.AF_INET:
        sock.setsockopt(socket.SOL_IP, IP_TRANSPARENT, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
    sock.setsockopt(socket.SOL_SOCKET, SO_MARK, mark)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def original(sock):
    if mode == "tproxy":
        return sock.getsockname()[:2]
    if kind == socket.AF_INET:
        raw = sock.getsockopt(socket.SOL_IP, SO_ORIGINAL_DST, 16)
        return socket.inet_ntoa(raw[4:8]), struct.unpack("!H", raw[2:4])[0]
    raw = sock.getsockopt(socket.IPPROTO_IPV6, SO_ORIGINAL_DST, 28)
    return str(ipaddress.ip_address(raw[8:24])), struct.unpack("!H", raw[2:4])[0]


def carry(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client, caller):
    to = original(client)
    say("accepted", *caller[:2], *to)
    if spoof == "none":
        client.sendall(b"hello from the gateway\n")
        client.close()
        return
    server = socket.socket(kind)
    server.settimeout(5)
    transparent(server)
    try:
        server.bind((caller[0], caller[1] if spoof == "same" else 0))
        server.connect(to)
    except OSError as error:
        say("refused", error)
        client.close()
        return
    server.settimeout(None)
    say("dialled", *server.getsockname()[:2])
    threading.Thread(target=carry, args=(client, server), daemon=True).start()
    carry(server, client)


listener = socket.socket(kind)
if kind == socket.AF_INET6:
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
if mode == "tproxy":
    transparent(listener)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", port))
listener.listen(16)
say("listening")
while True:
    accepted, address = listener.accept()
    threading.Thread(target=serve, args=(accepted, address), daemon=True).start()
