"""Tests of the gate itself: it fails when something regresses, and says what and by how much."""

import contextlib
import io
import os
import stat
import tempfile
import unittest

import gate
from harness import plot, report
from harness.measuring import Sample
from harness.tables.replay import beyond_start


class Judging(unittest.TestCase):
    def test_counts_must_be_equal(self):
        limits = {"tree.rules": {"value": 60}}
        self.assertEqual(gate.compare("tree", limits, {"tree.rules": 60}), ([], 0))
        lines, failures = gate.compare("tree", limits, {"tree.rules": 63})
        self.assertEqual((lines, failures), (["MOVED   tree.rules: 63 instead of 60 (+5.0 %)"], 1))
        self.assertEqual(gate.compare("tree", limits, {"tree.rules": 57})[1], 1)

    def test_instructions_have_slack(self):
        limits = {"classify": {"value": 1000.0, "slack": 0.03}}
        self.assertEqual(gate.compare("instructions", limits, {"classify": 1029}), ([], 0))
        self.assertEqual(gate.compare("instructions", limits, {"classify": 1031})[1], 1)
        lines, failures = gate.compare("instructions", limits, {"classify": 900})
        self.assertEqual((lines, failures), (["better  classify: 900 instead of 1,000 (-10.0 %): better"], 0))

    def test_one_allocation_too_many(self):
        lines, failures = gate.compare("allocations", {"a": {"value": 0.0}}, {"a": 0.0001})
        self.assertEqual(failures, 1)
        self.assertIn("where there was none", lines[0])

    def test_ratios_have_a_bound(self):
        self.assertEqual(gate.threshold("ratios", 1.23), {"atMost": 2.5})
        self.assertEqual(gate.compare("ratios", {"r": {"atMost": 2.5}}, {"r": 2.4}), ([], 0))
        self.assertEqual(gate.compare("ratios", {"r": {"atMost": 2.5}}, {"r": 5})[1], 1)

    def test_new_and_lost_numbers_are_told(self):
        lines, failures = gate.compare("tree", {"old": {"value": 1}}, {"new": 1})
        self.assertEqual(failures, 2)
        self.assertTrue(any("no threshold" in line for line in lines))
        self.assertTrue(any("no longer measured" in line for line in lines))


class WholeGate(unittest.TestCase):
    """`check` against a stand-in for `measure` whose numbers the test chooses."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        before = gate.places.MEASURE, gate.places.THRESHOLDS
        self.addCleanup(lambda: setattr(gate.places, "MEASURE", before[0]))
        self.addCleanup(lambda: setattr(gate.places, "THRESHOLDS", before[1]))
        gate.places.MEASURE = os.path.join(self.folder.name, "measure")
        gate.places.THRESHOLDS = os.path.join(self.folder.name, "Thresholds")

    def measure_says(self, line):
        with open(gate.places.MEASURE, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\necho '{line}'\n")
        os.chmod(gate.places.MEASURE, stat.S_IRWXU)

    def check(self, *groups):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = gate.check(groups)
        return status, output.getvalue()

    def test_a_regression_fails_until_the_baseline_says_otherwise(self):
        self.measure_says('{"units": 20000, "allocations": 0}')
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(gate.baseline(["allocations"]), 0)
        self.assertEqual(self.check("allocations")[0], 0)
        self.measure_says('{"units": 20000, "allocations": 5000}')
        status, output = self.check("allocations")
        self.assertEqual(status, 1)
        self.assertIn("classify: allocations per packet: 0.25 instead of 0", output)
        self.assertIn("make bench-baseline", output)
        with contextlib.redirect_stdout(io.StringIO()):
            gate.baseline(["allocations"])
        self.assertEqual(self.check("allocations")[0], 0)

    def test_a_larger_tree_fails(self):
        self.measure_says('{"tiny.tree.rules": 100}')
        with contextlib.redirect_stdout(io.StringIO()):
            gate.baseline(["tree"])
        self.measure_says('{"tiny.tree.rules": 120}')
        status, output = self.check("tree")
        self.assertEqual(status, 1)
        self.assertIn("tiny.tree.rules: 120 instead of 100 (+20.0 %)", output)


class Subtracting(unittest.TestCase):
    def test_a_run_that_is_all_start_tells_nothing(self):
        start = Sample([1.0, 1.1, 1.2])
        self.assertIsNone(beyond_start(Sample([1.0, 1.0, 1.0]), start))
        self.assertIsNone(beyond_start(Sample([1.2, 1.2, 1.2]), start))
        self.assertAlmostEqual(beyond_start(Sample([2.0, 2.1, 2.2]), start), 1.0)


class Reporting(unittest.TestCase):
    def test_only_what_is_marked_is_rewritten(self):
        page = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb <!-- begin y --><!-- end y -->\n"
        self.assertEqual(
            report.replaced(page, "x", "new \\1"),
            "a\n<!-- begin x -->\nnew \\1\n<!-- end x -->\nb <!-- begin y --><!-- end y -->\n",
        )
        with self.assertRaises(ValueError):
            report.replaced(page, "z", "new")

    def test_a_table_has_a_cell_for_each_column(self):
        table = report.Table("t", "make bench ONLY=t", ["a", "b"])
        table.add(1, "2")
        with self.assertRaises(AssertionError):
            table.add(1)
        self.assertIn("| 1 | 2 |", table.markdown())

    def test_plots_are_svg_of_all_values(self):
        bars = plot.bars("t<", "M/s", [("g", [("ours", 3.0), ("theirs", 1.5)])])
        self.assertEqual(bars.count("<rect"), 3)
        self.assertIn("t&lt;", bars)
        lines = plot.lines("t", "x", "y", {"a": [(10, 1.0), (10_000, 2.0)]})
        self.assertEqual(lines.count("<circle"), 2)


if __name__ == "__main__":
    unittest.main()
