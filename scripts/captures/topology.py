"""Reads a `.topology` file: the pods, nodes, outside client and Services of a recording."""

import dataclasses
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass
class End:
    """A network namespace with its addresses: pod, node or outside client."""
    kind: str
    name: str
    address: str
    address6: str | None
    node: str | None = None
    server: str | None = None
    port: int | None = None

    @property
    def namespace(self):
        """Name of its network namespace, behind the recording's own prefix."""
        return self.name.replace("/", ".")


def load(scenario):
    """Name to End, and the list of services."""
    ends, services = {}, []
    for line in (HERE / f"{scenario}.topology").read_text().splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        kind, name, *rest = words
        if kind == "service":
            services.append((name, rest[0], int(rest[1])))
        elif kind == "pod":
            server, port = rest[3].split(":")
            ends[name] = End(kind, name, rest[1], absent(rest[2]), rest[0], server, int(port))
        else:
            ends[name] = End(kind, name, rest[0], absent(rest[1]))
    return ends, services


def absent(word):
    return None if word == "-" else word


def check(scenario, manifests):
    """Raises if an address of the topology is not in the manifests that the capture belongs to."""
    ends, services = load(scenario)
    text = "\n".join(path.read_text() for path in sorted(manifests.glob("*.y*ml")))
    for end in ends.values():
        for address in (end.address, end.address6):
            if address and end.kind != "ext" and not re.search(rf'(?<![\w.:]){re.escape(address)}(?![\w.:])', text):
                raise SystemExit(f"{manifests}: {end.name} has no address {address}")
    for address, _, _ in services:
        if f"clusterIP: {address}\n" not in text:
            raise SystemExit(f"{manifests}: no Service has the address {address}")
