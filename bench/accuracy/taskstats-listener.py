"""Prints a line for each thread that ends on this machine, as the kernel's taskstats tell it.

    endedMs tgid pid ppid uid cpuNs elapsedUs command

cpuNs is the thread's, as the scheduler counts; elapsedUs is its process's. Says "ready" first, and
"lost" when the kernel had to drop messages. Ends with its input, after the last message.
"""

import errno
import os
import select
import socket
import struct
import sys
import time

NETLINK_GENERIC = 16
CTRL_GET_FAMILY, CTRL_FAMILY_NAME, CTRL_FAMILY_ID = 3, 2, 1
TASKSTATS_GET, REGISTER_CPUMASK = 1, 3
AGGREGATE_PID, STATS = 4, 3
SO_RCVBUFFORCE = 33
BUFFER_BYTES = 32 << 20
# Before 12 there is no thread group; 15 moved the fields.
OLDEST_VERSION, BROKEN_VERSION = 12, 15


def attribute(kind, payload):
    length = 4 + len(payload)
    return struct.pack("HH", length, kind) + payload + b"\0" * (-length % 4)


def attributes(message):
    at = 0
    while at + 4 <= len(message):
        length, kind = struct.unpack_from("HH", message, at)
        if length < 4:
            return
        yield kind & 0x3FFF, message[at + 4 : at + length]
        at += (length + 3) & ~3


def send(link, family, command, payload):
    body = struct.pack("BBH", command, 1, 0) + payload
    link.send(struct.pack("IHHII", 16 + len(body), family, 1, 1, 0) + body)


def line(stats, now_ms):
    (version,) = struct.unpack_from("H", stats)
    if version < OLDEST_VERSION or version == BROKEN_VERSION:
        raise SystemExit(f"taskstats of version {version} can't be read")
    (cpu_ns,) = struct.unpack_from("Q", stats, 72)
    command = stats[80:112].split(b"\0")[0].decode("latin-1")
    command = "".join(letter if letter.isprintable() else "?" for letter in command)
    (uid,) = struct.unpack_from("I", stats, 120)
    pid, ppid = struct.unpack_from("II", stats, 128)
    tgid, elapsed_us = struct.unpack_from("I4xQ", stats, 368)
    return f"{now_ms:.3f} {tgid} {pid} {ppid} {uid} {cpu_ns} {elapsed_us} {command}\n"


def main():
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
    link.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    link.bind((0, 0))
    send(link, NETLINK_GENERIC, CTRL_GET_FAMILY, attribute(CTRL_FAMILY_NAME, b"TASKSTATS\0"))
    family = struct.unpack("H", dict(attributes(link.recv(65536)[20:]))[CTRL_FAMILY_ID])[0]
    with open("/sys/devices/system/cpu/possible", encoding="ascii") as possible:
        cpus = possible.read().strip().encode() + b"\0"
    send(link, family, TASKSTATS_GET, attribute(REGISTER_CPUMASK, cpus))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        readable = select.select([link, sys.stdin], [], [])[0]
        if link not in readable and os.read(0, 4096) == b"":
            return
        if link not in readable:
            continue
        try:
            message = link.recv(65536)
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            sys.stdout.write("lost\n")
            continue
        if struct.unpack_from("H", message, 4)[0] != family:
            continue
        now_ms = time.time() * 1000
        for kind, aggregate in attributes(message[20:]):
            if kind == AGGREGATE_PID:
                for inner, stats in attributes(aggregate):
                    if inner == STATS:
                        sys.stdout.write(line(stats, now_ms))
        sys.stdout.flush()


main()
