#!/usr/bin/env python3
"""First figures: what whole commands cost, with peers on the same bytes in the same run.

Makes its inputs (a capture of repeated real packets, a cluster of pods and policies) in a temporary folder, runs each
command RUNS times after one warm-up, and prints median and spread of wall-clock time as a Markdown table.

    bench/first-figures.py [--runs 9] [--program .build/release/dataplane]
"""

import argparse
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)


def repeated_capture(source, target, copies):
    """The records of a classic pcap file, `copies` times, each copy a minute later; returns the number of packets."""
    with open(source, "rb") as file:
        data = file.read()
    records, offset = [], 24
    while offset + 16 <= len(data):
        seconds, fraction, captured, original = struct.unpack_from("<IIII", data, offset)
        records.append((seconds, fraction, captured, original, data[offset + 16 : offset + 16 + captured]))
        offset += 16 + captured
    with open(target, "wb") as file:
        file.write(data[:24])
        for copy in range(copies):
            for seconds, fraction, captured, original, packet in records:
                file.write(struct.pack("<IIII", seconds + 60 * copy, fraction, captured, original) + packet)
    return len(records) * copies


def cluster(target, pods, policies):
    """Namespaces of 100 pods and 10 policies each, as one YAML stream."""
    with open(target, "w", encoding="utf-8") as file:
        for pod in range(pods):
            space = pod // 100
            file.write(
                f"""---
apiVersion: v1
kind: Pod
metadata: {{name: p{pod}, namespace: ns{space}, labels: {{app: "a{pod % 20}", tier: "t{pod % 3}"}}}}
spec:
  nodeName: node{pod % 10}
  containers:
  - name: main
    image: example/app
    ports: [{{containerPort: 8080, name: http, protocol: TCP}}]
status: {{phase: Running, podIP: 10.{64 + (pod >> 16)}.{pod >> 8 & 255}.{pod & 255}}}
"""
            )
        for policy in range(policies):
            file.write(
                f"""---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: n{policy}, namespace: ns{policy % max(1, pods // 100)}}}
spec:
  podSelector: {{matchLabels: {{app: "a{policy % 20}"}}}}
  policyTypes: [Ingress]
  ingress:
  - from: [{{podSelector: {{matchLabels: {{tier: "t{policy % 3}"}}}}}}]
    ports: [{{port: {8000 + policy % 20}, protocol: TCP}}]
"""
            )
    return os.path.getsize(target)


def measure(command, runs):
    times = []
    for run in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        if run:
            times.append(time.perf_counter() - start)
    return statistics.median(times), min(times), max(times)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=9)
    options.add_argument("--program", default=os.path.join(TOP, ".build/release/dataplane"))
    options.add_argument("--copies", type=int, default=1000, help="times that the capture is repeated")
    options.add_argument("--pods", type=int, default=1000)
    options.add_argument("--policies", type=int, default=100)
    chosen = options.parse_args()
    if not os.path.exists(chosen.program):
        sys.exit(f"{chosen.program} is not there: run `make release` first")
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "trace.pcap")
        packets = repeated_capture(os.path.join(TOP, "pcaps/startupco.pcap"), trace, chosen.copies)
        manifests = os.path.join(folder, "cluster.yaml")
        size = cluster(manifests, chosen.pods, chosen.policies)
        larger = os.path.join(folder, "larger.yaml")
        larger_size = cluster(larger, chosen.pods * 10, chosen.policies * 10)
        example = os.path.join(TOP, "examples/startupco")
        rows = [
            (f"replay {packets:,} packets", packets, "packets",
             [chosen.program, "replay", trace, "-f", example, "-o", "csv"]),
            (f"packets (decode and print {packets:,})", packets, "packets", [chosen.program, "packets", trace]),
            ("tcpdump -r FILE -w /dev/null", packets, "packets", ["tcpdump", "-r", trace, "-w", "/dev/null"]),
            (f"compile {chosen.pods:,} pods, {chosen.policies:,} policies to nft", size, "bytes of YAML",
             [chosen.program, "compile", "-f", manifests, "-o", "nft"]),
            (f"compile {chosen.pods * 10:,} pods, {chosen.policies * 10:,} policies to nft", larger_size,
             "bytes of YAML", [chosen.program, "compile", "-f", larger, "-o", "nft"]),
        ]
        print("| command | median s | min–max s | per second |\n| --- | --- | --- | --- |")
        for name, count, unit, command in rows:
            median, least, most = measure(command, chosen.runs)
            print(f"| {name} | {median:.3f} | {least:.3f}–{most:.3f} | {count / median:,.0f} {unit} |", flush=True)


if __name__ == "__main__":
    main()
