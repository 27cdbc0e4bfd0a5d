"""The parts, by Google Benchmark: medians of repetitions, allocations counted around the loop."""

import json
import os
import subprocess
import tempfile

from harness import places, report


def table(options):
    columns = ["benchmark", "per item", "items a second", "spread", "allocations per item"]
    result = report.Table("suites", "make bench ONLY=suites", columns)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "suites.json")
        command = ["taskset", "-c", "0", places.SUITES]
        command += [f"--benchmark_repetitions={options.runs}", "--benchmark_report_aggregates_only=true"]
        command += [f"--benchmark_out={path}", "--benchmark_out_format=json", "--benchmark_min_time=0.2"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(path, encoding="utf-8") as file:
            # The coefficient of variation of a counter that is 0 is written as NaN.
            found = json.loads(file.read().replace("-nan", "null").replace("nan", "null").replace("inf", "null"))
    by_name = {}
    for run in found["benchmarks"]:
        if run.get("run_type") == "aggregate":
            by_name.setdefault(run["run_name"], {})[run["aggregate_name"]] = run
    for name, aggregates in by_name.items():
        median, variation = aggregates["median"], aggregates.get("cv", {})
        per_second = median["items_per_second"]
        result.add(
            f"`{name}`", f"{1e9 / per_second:.4g} ns", f"{per_second:.4g}",
            f"±{variation.get('cpu_time', 0) * 100:.1f} %", f"{median['allocations_per_item']:.4g}",
        )
    return result
