"""A narrow link behind this host: answers each long TCP packet that comes in with "too big", as a router would.

usage: narrow.py INTERFACE MTU

The packets must be dropped by other means; this only speaks. RFC 1191 section 4, RFC 4443 section 3.2.
"""
import socket
import struct
import sys

interface, mtu = sys.argv[1], int(sys.argv[2])
sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
sniffer.bind((interface, 3))
four = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
six = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


print("listening", flush=True)
while True:
    packet, origin = sniffer.recvfrom(65535)
    if origin[2] == socket.PACKET_OUTGOING or len(packet) <= mtu:
        continue
    if packet[0] >> 4 == 4 and packet[9] == 6:
        body = packet[:28]
        header = struct.pack("!BBHHH", 3, 4, 0, 0, mtu)
        header = struct.pack("!BBHHH", 3, 4, checksum(header + body), 0, mtu)
        four.sendto(header + body, (socket.inet_ntop(socket.AF_INET, packet[12:16]), 0))
    elif packet[0] >> 4 == 6 and packet[6] == 6:
        # The kernel fills in the checksum.
        six.sendto(struct.pack("!BBHI", 2, 0, 0, mtu) + packet[:1232], (socket.inet_ntop(socket.AF_INET6, packet[8:24]), 0))
    else:
        continue
    print("too big", flush=True)
