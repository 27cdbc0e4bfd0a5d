#!/usr/bin/env python3
"""Writes pcaps/MANIFEST.json: what each capture contains, as tcpdump reads it back.

    summarize.py PCAPS CONVERSATIONS_FOLDER

PCAPS holds the captures, CONVERSATIONS_FOLDER what converse.py wrote for each (`NAME.json`).
"""

import hashlib
import json
import pathlib
import platform
import subprocess
import sys

CAPTURES = {
    "startupco.pcap": {
        "manifests": "examples/startupco", "node": "node1", "linkType": "EN10MB",
        "view": "every packet that enters node1, once: recorded inbound on eth0 and on each pod's cali interface",
    },
    "startupco-any.pcap": {
        "manifests": "examples/startupco", "node": "node1", "linkType": "LINUX_SLL2",
        "view": "node1's `any`: a forwarded packet appears twice, as received and as sent (after Service translation)",
    },
    "stars.pcap": {
        "manifests": "examples/stars", "node": "node1", "linkType": "EN10MB",
        "view": "every packet that enters node1, once: recorded inbound on eth0 and on each pod's cali interface",
    },
}
FRAGMENT = "(ip[6:2] & 0x3fff != 0) or ip6[6] == 44"
FILTERS = {
    "packets": "", "ipv4": "ip", "ipv6": "ip6", "arp": "arp", "tcp": "tcp",
    "tcpSyn": "(tcp[13] & 0x12 == 2) or (ip6[6] == 6 and ip6[53] & 0x12 == 2)",
    "tcpReset": "(tcp[13] & 4 != 0) or (ip6[6] == 6 and ip6[53] & 4 != 0)",
    "udp": "udp", "icmp": "icmp", "icmpUnreachable": "icmp[0] == 3",
    "icmpv6": "icmp6", "icmpv6Unreachable": "ip6[6] == 58 and ip6[40] == 1",
    "neighbourDiscovery": "ip6[6] == 58 and ip6[40] >= 133 and ip6[40] <= 137",
    "sctp": "sctp", "fragments": FRAGMENT, "toServiceAddress": "dst net 10.96.0.0/16",
}
SIZE_LIMIT = 200 * 1024


def count(path, expression):
    """Packets that tcpdump reads from the file and that the BPF expression selects."""
    done = subprocess.run(["tcpdump", "-nr", path, *([expression] if expression else [])],
                          capture_output=True, text=True, check=True)
    return len(done.stdout.splitlines())


def sctp_note(conversations):
    reasons = {c["skipped"] for c in conversations if "skipped" in c}
    return f"not recorded, the kernel has none ({', '.join(sorted(reasons))})" if reasons else "recorded"


def describe(folder, name, conversations):
    path = folder / name
    data = path.read_bytes()
    if len(data) > SIZE_LIMIT:
        raise SystemExit(f"{path}: {len(data)} bytes, more than {SIZE_LIMIT}")
    counts = {key: count(path, expression) for key, expression in FILTERS.items()}
    if name.endswith("-any.pcap"):
        counts["received"], counts["sent"] = count(path, "inbound"), count(path, "outbound")
    held = [c for c in conversations if "skipped" not in c]
    for conversation in held:
        if conversation["protocol"] in ("TCP", "UDP") and conversation.get("payloadBytes", 0) <= 1400:
            port = f"{conversation['protocol'].lower()} port {conversation['srcPort']}"
            conversation["packets"] = count(path, f"host {conversation['srcAddress']} and {port}")
    return {
        "file": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **CAPTURES[name],
        "counts": counts, "sctp": sctp_note(conversations), "conversations": held,
    }


def main():
    folder, said = (pathlib.Path(argument) for argument in sys.argv[1:])
    files = [describe(folder, name, json.loads((said / f"{name.removesuffix('.pcap')}.json").read_text()))
             for name in CAPTURES]
    version = subprocess.run(["tcpdump", "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    document = {
        "format": 1, "recordedBy": "scripts/record-captures.sh", "kernel": platform.release(),
        "tcpdump": version.stdout.splitlines()[:2],
        "policyWhileRecording": "none", "files": files,
    }
    (folder / "MANIFEST.json").write_text(render(document))


def render(document):
    """One conversation a line, everything else indented."""
    lines = json.dumps({**document, "files": "@files"}, indent=1, ensure_ascii=False)
    blocks = []
    for entry in document["files"]:
        head = json.dumps({**entry, "conversations": "@"}, indent=1, ensure_ascii=False)
        rows = ",\n".join("    " + json.dumps(c, ensure_ascii=False) for c in entry["conversations"])
        blocks.append(indented(head).replace('"@"', "[\n" + rows + "\n   ]"))
    return lines.replace('"@files"', "[\n" + ",\n".join(blocks) + "\n ]") + "\n"


def indented(text):
    return "\n".join("  " + line for line in text.split("\n"))


if __name__ == "__main__":
    main()
