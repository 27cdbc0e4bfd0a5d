#!/usr/bin/env python3
"""Holds the conversations of one capture between actors that already have their network namespaces.

    converse.py SCENARIO CAPTURE PREFIX OUTPUT.json

SCENARIO names the topology, CAPTURE the plan, PREFIX the namespaces. Writes what was said, with the ports that the
sockets really had. Exits 1 when a conversation did not end as it should (nothing filters while recording).
"""

import json
import subprocess
import sys

import plans
import topology


class Actor:
    """The process that plays one end."""

    def __init__(self, prefix, end):
        server, port = end.server or ("http" if end.kind == "ext" else "none"), end.port or 80
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", f"{prefix}-{end.namespace}", sys.executable, str(topology.HERE / "actor.py"),
             server, str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer()

    def answer(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def address(ends, name, v6):
    if name.startswith("svc:"):
        return name[4:]
    return ends[name].address6 if v6 else ends[name].address


def hold(talk, actors, ends):
    """Holds one conversation; returns its entry for the manifest."""
    v6 = talk.get("v6", False)
    target = address(ends, talk["dst"], v6)
    result = actors[talk["src"]].ask({**talk, "to": target})
    entry = {"what": talk["do"], "src": talk["src"], "dst": talk["dst"].removeprefix("svc:"),
             "srcAddress": address(ends, talk["src"], v6), "dstAddress": target,
             "protocol": plans.PROTOCOL.get(talk["do"], "ICMPv6" if v6 else "ICMP")}
    port = {"udp_echo": plans.ECHO_PORT, "sctp": plans.SCTP_PORT}.get(talk["do"], talk.get("port"))
    if port:
        entry["dstPort"] = port
    if "size" in talk:
        entry["payloadBytes"] = talk["size"]
    return {**entry, **result, "cell": talk["cell"], "expected": talk["expected"]}


def main():
    scenario, capture, prefix, output = sys.argv[1:]
    ends, _ = topology.load(scenario)
    actors = {name: Actor(prefix, end) for name, end in ends.items()}
    for actor in actors.values():
        actor.ask({"do": "names", "names": plans.NAMES})
    entries = [hold(talk, actors, ends) for talk in plans.PLANS[capture]()]
    for actor in actors.values():
        actor.close()
    with open(output, "w") as file:
        json.dump(entries, file)
    bad = ("unexpectedly", "0 replies")
    failed = [e for e in entries if "error" in e or e.get("outcome", "").startswith(bad)]
    for entry in failed:
        print(f"converse: failed: {entry}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
