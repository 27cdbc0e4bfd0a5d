"""Clusters and captures to measure with: made once by `dataplane generate`, kept until `make clean`."""

import os
import subprocess
import sys

from harness import places


def directory():
    path = os.environ.get("BENCH_INPUTS") or os.path.join(places.BENCH, ".build", "inputs")
    os.makedirs(path, exist_ok=True)
    return path


def generated(name, *options):
    """The folder of a cluster, made by these options of `dataplane generate`."""
    folder = os.path.join(directory(), name)
    if os.path.exists(os.path.join(folder, "complete")):
        return folder
    if os.path.exists(folder):
        sys.exit(f"{folder} is there but not complete: remove it")
    subprocess.run(
        [places.PROGRAM, "generate", folder, *options], check=True, stdout=subprocess.DEVNULL
    )
    with open(os.path.join(folder, "complete"), "w", encoding="utf-8") as file:
        file.write(" ".join(options) + "\n")
    return folder


# The clusters of the classification rows: endpoints, programs and set elements as their names say.
CLUSTERS = {
    "1k": ["--pods", "1000", "--apps", "500", "--policies", "503", "--set-elements", "10000"],
    "10k": ["--pods", "10000", "--apps", "1000", "--policies", "4003", "--set-elements", "100000"],
    "100k": ["--pods", "100000", "--apps", "5000", "--policies", "10003", "--set-elements", "1000000"],
}


def cluster(size, pattern, packets, frames="snap96", flows=None):
    """A cluster of `CLUSTERS` with a capture of its IPv4 traffic."""
    options = CLUSTERS[size] + ["--ipv4", "--packets", str(packets), "--traffic", pattern, "--frames", frames]
    if flows is not None and pattern != "random":
        options += ["--flows", str(flows)]
    return generated(f"cluster-{size}-{pattern}-{frames}-{packets}" + (f"-{flows}" if flows else ""), *options)


def manifests(folder):
    return os.path.join(folder, "manifests")


def trace(folder):
    return os.path.join(folder, "trace.pcap")
