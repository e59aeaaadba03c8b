"""Sends two first packets to each of many ports, at the same instant from two processors.

usage: race.py FROM TO FIRST_PORT COUNT

Raw packets, so that each is one system call: on a virtual link the gateway handles it on the processor that sent it.
"""
import mmap
import os
import socket
import struct
import sys
import time

source, target, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def syn(from_port, to_port):
    header = struct.pack("!HHIIBBHHH", from_port, to_port, 1, 0, 5 << 4, 2, 65535, 0, 0)
    pseudo = socket.inet_aton(source) + socket.inet_aton(target) + struct.pack("!BBH", 0, 6, len(header))
    return header[:16] + struct.pack("!H", checksum(pseudo + header)) + header[18:]


def run(own, other, arrived, from_port, processor):
    os.sched_setaffinity(0, {processor})
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    raw.connect((target, 0))
    packets = [syn(from_port, first + trial) for trial in range(count)]
    for trial in range(count):
        arrived[own] = trial + 1
        while arrived[other] < trial + 1:
            pass
        raw.send(packets[trial])


shared = mmap.mmap(-1, 4096)
arrived = memoryview(shared).cast("q")
processors = sorted(os.sched_getaffinity(0))[:2]
warm = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
warm.sendto(syn(19_999, 9), (target, 0))
time.sleep(0.1)
child = os.fork()
if child == 0:
    run(1, 0, arrived, 20_001, processors[1])
    os._exit(0)
run(0, 1, arrived, 20_000, processors[0])
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
