#!/usr/bin/env python3
"""Plays one pod, node or outside client inside its network namespace, with real sockets and the standard library only.

    actor.py SERVER PORT      SERVER: http, dns or none

Serves HTTP or DNS on PORT, UDP echo on port 7 and (where the kernel has it) SCTP on port 7777. Reads one JSON command a
line from standard input and answers each with one JSON line: what the sockets saw.
"""

import ctypes
import fcntl
import http.client
import http.server
import json
import os
import select
import socket
import struct
import sys
import threading

ECHO_PORT, SCTP_PORT = 7, 7777
IPPROTO_SCTP = 132
NAMES = {}
"""DNS names that the responder knows, to IPv4 addresses; sent by the first command."""


def disable_offloads():
    """Checksums are then computed by the sender and no packet exceeds the MTU: the capture holds what a wire would."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            # ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO of linux/ethtool.h; SIOCETHTOOL is 0x8946.
            for command in (0x17, 0x1F, 0x24, 0x2C):
                value = ctypes.create_string_buffer(struct.pack("II", command, 0))
                try:
                    fcntl.ioctl(probe, 0x8946, struct.pack("16sP16x", name.encode(), ctypes.addressof(value)))
                except OSError:
                    pass  # the device does not have this offload


# --- Servers -------------------------------------------------------------------------------------------------------


class Page(http.server.BaseHTTPRequestHandler):
    server_version, sys_version = "web/1", ""

    def do_GET(self):
        body = b"hello\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class DualStackServer(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)


def dns_answer(question):
    """Answers an A question; NXDOMAIN for a name that is not in NAMES. RFC 1035 section 4."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode())
        at += question[at] + 1
    address = NAMES.get(".".join(labels))
    asked = question[12:at + 5]
    head = question[:2] + struct.pack(">HHHHH", 0x8580 | (0 if address else 3), 1, 1 if address else 0, 0, 0)
    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 5, 4) + socket.inet_aton(address) if address else b""
    return head + asked + record


def serve_dns(port):
    def over_udp():
        with listening(socket.SOCK_DGRAM, port) as server:
            while True:
                question, peer = server.recvfrom(4096)
                server.sendto(dns_answer(question), peer)

    def over_tcp():
        with listening(socket.SOCK_STREAM, port) as server:
            while True:
                client, _ = server.accept()
                with client:
                    length, = struct.unpack(">H", client.recv(2))
                    answer = dns_answer(client.recv(length))
                    client.sendall(struct.pack(">H", len(answer)) + answer)

    for body in (over_udp, over_tcp):
        threading.Thread(target=body, daemon=True).start()


def listening(kind, port):
    server = socket.socket(socket.AF_INET6, kind)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("::", port))
    if kind == socket.SOCK_STREAM:
        server.listen()
    return server


def serve_echo():
    with listening(socket.SOCK_DGRAM, ECHO_PORT) as server:
        while True:
            data, peer = server.recvfrom(65535)
            server.sendto(data, peer)


def serve_sctp():
    try:
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_SCTP)
    except OSError:
        return
    with server:
        server.bind(("0.0.0.0", SCTP_PORT))
        server.listen()
        while True:
            client, _ = server.accept()
            with client:
                client.sendall(client.recv(4096))


# --- Clients: each returns what the recording's manifest should know ------------------------------------------------


def do_names(command):
    NAMES.update(command["names"])
    return {}


def do_http(command):
    connection = http.client.HTTPConnection(command["to"], command["port"], timeout=5)
    connection.connect()
    ports = {"srcPort": connection.sock.getsockname()[1]}
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return {**ports, "outcome": f"HTTP {answer.status}"}


def do_refused(command):
    family = socket.AF_INET6 if ":" in command["to"] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(5)
        client.bind(("", 0))
        try:
            client.connect((command["to"], command["port"]))
        except ConnectionRefusedError:
            return {"srcPort": client.getsockname()[1], "outcome": "refused"}
        return {"outcome": "unexpectedly connected"}


def dns_question(name):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return os.urandom(2) + struct.pack(">HHHHH", 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)


def do_dns_udp(command):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect((command["to"], command["port"]))
        client.send(dns_question(command["name"]))
        answer = client.recv(4096)
        return {"srcPort": client.getsockname()[1], "outcome": f"DNS rcode {answer[3] & 15}"}


def do_dns_tcp(command):
    question = dns_question(command["name"])
    with socket.create_connection((command["to"], command["port"]), timeout=5) as client:
        client.sendall(struct.pack(">H", len(question)) + question)
        length, = struct.unpack(">H", client.recv(2))
        answer = client.recv(length)
        return {"srcPort": client.getsockname()[1], "outcome": f"DNS rcode {answer[3] & 15}"}


def do_udp_echo(command):
    """A datagram and its echo; with `size` above the MTU both travel in fragments."""
    family = socket.AF_INET6 if ":" in command["to"] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect((command["to"], ECHO_PORT))
        client.send(b"x" * command["size"])
        return {"srcPort": client.getsockname()[1], "outcome": f"echo of {len(client.recv(65535))} bytes"}


def do_udp_unreachable(command):
    family = socket.AF_INET6 if ":" in command["to"] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect((command["to"], command["port"]))
        client.send(b"anybody there?")
        try:
            client.recv(100)
        except ConnectionRefusedError:
            return {"srcPort": client.getsockname()[1], "outcome": "port unreachable"}
        return {"outcome": "unexpectedly answered"}


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def do_ping(command):
    """Echo requests; the kernel of the other namespace answers. For ICMPv6 the kernel fills in the checksum."""
    v6 = ":" in command["to"]
    family, proto, request, reply = (
        (socket.AF_INET6, socket.IPPROTO_ICMPV6, 128, 129) if v6 else (socket.AF_INET, socket.IPPROTO_ICMP, 8, 0))
    identifier, payload = int.from_bytes(os.urandom(2), "big") | 1, b"p" * command.get("size", 56)
    seen = 0
    with socket.socket(family, socket.SOCK_RAW, proto) as client:
        for sequence in range(1, command.get("count", 1) + 1):
            message = struct.pack(">BBHHH", request, 0, 0, identifier, sequence) + payload
            if not v6:
                message = message[:2] + struct.pack(">H", checksum(message)) + message[4:]
            client.sendto(message, (command["to"], 0))
            while select.select([client], [], [], 5)[0]:
                data, _ = client.recvfrom(65535)
                header = 0 if v6 else (data[0] & 15) * 4
                if data[header] == reply and data[header + 4:header + 6] == struct.pack(">H", identifier):
                    seen += 1
                    break
    return {"icmpID": identifier, "outcome": f"{seen} replies"}


def do_sctp(command):
    try:
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_SCTP)
    except OSError as error:
        return {"skipped": f"SCTP sockets: {error.strerror}"}
    with client:
        client.settimeout(5)
        client.connect((command["to"], SCTP_PORT))
        client.sendall(b"hello")
        return {"srcPort": client.getsockname()[1], "outcome": f"echo of {len(client.recv(4096))} bytes"}


def main():
    server, port = sys.argv[1], int(sys.argv[2])
    disable_offloads()
    if server == "http":
        threading.Thread(target=DualStackServer(("::", port), Page).serve_forever, daemon=True).start()
    elif server == "dns":
        serve_dns(port)
    for body in (serve_echo, serve_sctp):
        threading.Thread(target=body, daemon=True).start()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            result = globals()["do_" + command["do"]](command)
        except OSError as error:
            result = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
