#!/usr/bin/env python3
"""Merges captures of one node's interfaces, taken at the same time, into one in order of time.

    merge.py OUTPUT INPUT...

All are classic pcap files as tcpdump writes them on this machine (native byte order, nanoseconds, one link type).
"""

import struct
import sys

MAGIC_NANOSECONDS = 0xA1B23C4D
FILE_HEADER, RECORD_HEADER = 24, struct.Struct("=IIII")


def records(path):
    """The file's header, and (time in nanoseconds, record with its header) of each packet."""
    data = open(path, "rb").read()
    magic, = struct.unpack_from("=I", data)
    if magic != MAGIC_NANOSECONDS:
        raise SystemExit(f"{path}: not a pcap file with nanoseconds")
    found, at = [], FILE_HEADER
    while at < len(data):
        seconds, fraction, captured, _ = RECORD_HEADER.unpack_from(data, at)
        end = at + RECORD_HEADER.size + captured
        found.append((seconds * 1_000_000_000 + fraction, data[at:end]))
        at = end
    return data[:FILE_HEADER], found


def main():
    output, *inputs = sys.argv[1:]
    headers, packets = set(), []
    for path in inputs:
        header, found = records(path)
        headers.add(header)
        packets += found
    if len(headers) != 1:
        raise SystemExit("the captures differ in link type or snapshot length")
    packets.sort(key=lambda packet: packet[0])
    with open(output, "wb") as file:
        file.write(headers.pop())
        for _, record in packets:
            file.write(record)


if __name__ == "__main__":
    main()
