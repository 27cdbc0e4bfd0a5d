"""Tests of the scripts beside this file; run by `make lint`."""

import importlib.util
import json
import unittest
from pathlib import Path


def load(name):
    """A script as a module, though its name has a dash."""
    path = Path(__file__).resolve().parent / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


layers = load("check-layers")
run_tests = load("run-tests")


class CheckLayersTests(unittest.TestCase):
    modules = {"NetTypes", "Selectors", "CYaml", "ManifestReading", "dataplane", "CArgp"}

    def faults(self, text, target="Selectors", dependencies=("NetTypes",), path=None, is_test=False):
        path = path or f"Sources/{target}/File.swift"
        found = layers.check_file(path, text, target, set(dependencies), self.modules, is_test)
        return [fault.split(": error: ")[0].rsplit(":", 1)[1] + " " + fault.split(": error: ")[1] for fault in found]

    def test_imports(self):
        self.assertEqual(self.faults("public import NetTypes\nimport struct NetTypes.IPAddress\n"), [])
        self.assertEqual(self.faults("@testable import NetTypes\nimport Foundation\n"), [])
        self.assertEqual(
            self.faults("import NetTypes\n\ninternal import ManifestReading\n"),
            ["3 Selectors imports ManifestReading, which Package.swift doesn't list for it"],
        )
        self.assertEqual(
            self.faults("import Glibc"), ["1 Selectors imports Glibc, which is not among the modules allowed to it"]
        )
        self.assertEqual(self.faults("import Glibc", is_test=True), [])
        self.assertEqual(self.faults("import Glibc", target="ManifestReading"), [])

    def test_c_modules(self):
        self.assertEqual(self.faults("import CYaml", target="ManifestReading", dependencies=["CYaml"]), [])
        self.assertEqual(
            self.faults("import CArgp", target="dataplane", dependencies=["CArgp"]),
            ["1 the C module CArgp is imported outside the files allowed to"],
        )
        allowed = "Sources/dataplane/CommandLine/ArgpTable.swift"
        self.assertEqual(self.faults("import CArgp", "dataplane", ["CArgp"], path=allowed), [])

    def test_unsafe_code(self):
        self.assertEqual(
            self.faults("let a = 1\nlet b = unsafe f()\n"), ["2 'unsafe' outside the files allowed to"]
        )
        self.assertEqual(
            self.faults("struct S: @unchecked Sendable {}"), ["1 '@unchecked' outside the files allowed to"]
        )
        self.assertEqual(self.faults("let b = unsafe f()", target="ManifestReading"), [])
        harmless = '// unsafe\n/// import Glibc\nlet a = "unsafe \\" unsafe"\nlet b = """\n    unsafe\n    """\n'
        self.assertEqual(self.faults(harmless), [])
        self.assertEqual(self.faults(harmless + "unsafe g()")[0][:2], "7 ")

    def test_edges(self):
        levels = {"Low": 0, "High": 1, "Peer": 1}
        targets = {"Low": ([], False), "High": (["Low"], False), "Peer": ([], False), "Tests": (["High"], True)}
        self.assertEqual(list(layers.check_edges(targets, levels)), [])
        sideways = targets | {"High": (["Peer"], False)}
        self.assertEqual(
            list(layers.check_edges(sideways, levels)),
            ["Package.swift: error: High (level 1) depends on Peer (level 1), which is not below it"],
        )
        self.assertIn("New has no level", next(layers.check_edges(targets | {"New": ([], False)}, levels)))
        self.assertIn("no target High", list(layers.check_edges({"Low": ([], False)}, levels))[0])


class TallyTests(unittest.TestCase):
    def tally(self, events, functions=("a", "b")):
        tally = run_tests.Tally()
        records = [{"kind": "test", "payload": {"id": each, "kind": "function"}} for each in functions]
        records += [{"kind": "event", "payload": event} for event in events]
        tally.read(json.dumps(record) for record in records)
        return tally

    @staticmethod
    def event(kind, test, **more):
        return {"kind": kind, "testID": test, **more}

    def test_counts(self):
        events = [
            self.event("testStarted", "a"),
            self.event("issueRecorded", "a", issue={"isKnown": False}),
            self.event("testEnded", "a"),
            self.event("testStarted", "b"),
            self.event("issueRecorded", "b", issue={"isKnown": True}),
            self.event("testEnded", "b"),
            self.event("testSkipped", "c", messages=[{"text": 'Test c() skipped: "not root"'}]),
            self.event("testStarted", "suite"),
        ]
        tally = self.tally(events, "abc")
        self.assertEqual(tally.counts(), (1, 1, 1))
        self.assertEqual(tally.skipped, {"c": "not root"})
        self.assertEqual(tally.known_issues, 1)

    def test_cancelled_tests_are_skipped_unless_they_failed(self):
        cancelled = [{"text": 'Test a() was cancelled after 0.1 seconds: "no SCTP"'}]
        events = [
            self.event("testStarted", "a"),
            self.event("testCancelled", "a", messages=cancelled),
            self.event("testEnded", "a"),
        ]
        tally = self.tally(events)
        self.assertEqual((tally.counts(), tally.skipped), ((0, 0, 1), {"a": "no SCTP"}))
        events.insert(1, self.event("issueRecorded", "a", issue={"isKnown": False}))
        self.assertEqual(self.tally(events).counts(), (0, 1, 0))

    def test_a_test_that_did_not_end_failed(self):
        tally = self.tally([self.event("testStarted", "a")])
        self.assertEqual(tally.counts(), (0, 1, 0))

    def test_warnings_do_not_fail(self):
        events = [
            self.event("testStarted", "a"),
            self.event("issueRecorded", "a", issue={"isKnown": False, "isFailure": False}),
            self.event("testEnded", "a"),
        ]
        self.assertEqual(self.tally(events).counts(), (1, 0, 0))

    def test_issues_of_no_test_count(self):
        self.assertEqual(self.tally([{"kind": "issueRecorded", "issue": {"isKnown": False}}]).counts(), (0, 1, 0))


if __name__ == "__main__":
    unittest.main()
