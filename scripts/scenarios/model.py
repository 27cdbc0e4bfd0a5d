"""A scenario case: its manifests, its probes, and the reasons that probes expect.

Nothing here decides a verdict. Verdicts and reasons are written down by hand in s000.py … s004.py, from the matrices of
the scenario specification; this module only spells them as JSON and refuses a reason that contradicts its verdict.
"""

import json

# Protocols and ports of the standard probes: HTTP over TCP, and the three that show that a rule has no `ports`.
ECHO = {"protocol": "ICMP", "icmpType": 8}


def tcp(port):
    return {"protocol": "TCP", "port": port}


def udp(port):
    return {"protocol": "UDP", "port": port}


def sctp(port):
    return {"protocol": "SCTP", "port": port}


# --- Reasons: `code`, then what the code needs. `allows` is dropped before writing. -------------------------------


def no_policy(direction, endpoint):
    return {"allows": True, "code": "NO_POLICY", "direction": direction, "endpoint": endpoint}


def rule(direction, endpoint, policy, index=0, allows=True):
    return {
        "allows": allows, "code": "RULE", "direction": direction, "endpoint": endpoint, "policy": policy, "rule": index,
    }


def isolated(direction, endpoint, policies, miss=None):
    """End of the tier: `policies` select the endpoint, none of their rules matches; `miss` came nearest."""
    reason = {
        "allows": False, "code": "END_OF_TIER_DROP", "direction": direction, "endpoint": endpoint,
        "isolatedBy": sorted(policies),
    }
    if miss:
        reason["nearestMiss"] = miss
    return reason


def miss(policy, mismatch, index=0, detail=None):
    """`mismatch`: `port`, `pod label`, `namespace label`, or `namespace` (rule without namespaceSelector)."""
    found = {"policy": policy, "rule": index, "mismatch": mismatch}
    if detail:
        found["detail"] = detail
    return found


def host_to_pod(endpoint):
    return {"allows": True, "code": "HOST_TO_POD", "direction": "ingress", "endpoint": endpoint}


def endpoint_to_host(endpoint, action):
    """`action`: the value of defaultEndpointToHostAction in force: Drop, Accept or Return."""
    return {
        "allows": action != "Drop", "code": "ENDPOINT_TO_HOST", "direction": "egress", "endpoint": endpoint,
        "defaultEndpointToHostAction": action,
    }


def failsafe(direction, endpoint):
    return {"allows": True, "code": "FAILSAFE", "direction": direction, "endpoint": endpoint}


def profile_deny(direction, endpoint):
    """No profile allows."""
    return {"allows": False, "code": "PROFILE_DENY", "direction": direction, "endpoint": endpoint}


def no_endpoint():
    """No host endpoint stands for the interface."""
    return {"allows": True, "code": "NO_ENDPOINT"}


def same_pod(endpoint):
    return {"allows": True, "code": "SAME_POD", "endpoint": endpoint}


# --- Conversations -------------------------------------------------------------------------------------------------


def step(src, dst, expect, state, code, **packet):
    """One packet of a conversation. `state` is what connection tracking says of it before policy."""
    return {"src": src, "dst": dst, **packet, "expect": expect, "state": state, "code": code}


class Case:
    """One folder of Tests/Scenarios."""

    def __init__(self, name, scenario, title):
        self.name, self.scenario, self.title = name, scenario, title
        self.manifests = {}
        self.probes, self.conversations, self.diagnostics, self.commands, self.lint = [], [], [], [], []
        self.exit = 0

    def manifest(self, file, *documents):
        """Adds `manifests/<file>`. Documents are YAML texts; `---` is put between them."""
        assert file not in self.manifests, file
        self.manifests[file] = "---\n".join(text.strip("\n") + "\n" for text in documents)

    def line(self, file, text, occurrence=1):
        """The line, from 1, of the given occurrence of `text` in a manifest: so that no line number is typed."""
        lines = [i for i, line in enumerate(self.manifests[file].split("\n"), 1) if text in line]
        return lines[occurrence - 1]

    def probe(self, cell, src, dst, packet, verdict, reason, why, other=None):
        """Adds a probe. `verdict` is the matrix's word ("allow" or "deny"), `reason` the end that decides, `other`
        the opposite end where the specification speaks of both."""
        assert verdict in ("allow", "deny"), verdict
        assert reason["allows"] == (verdict == "allow"), (self.name, cell, reason)
        for end in (reason, other):
            for policy in (end or {}).get("isolatedBy", []) + [p for p in [(end or {}).get("policy")] if p]:
                assert self.defines(policy), (self.name, policy)
        self.probes.append({
            "cell": cell, "src": src, "dst": dst, **packet, "allowed": verdict == "allow",
            "reason": strip(reason), **({"otherEnd": other_end(other)} if other else {}), "why": why,
        })

    def conversation(self, cell, title, steps):
        self.conversations.append({"cell": cell, "title": title, "steps": steps})

    def diagnostic(self, cell, severity, file, line, contains, field=None):
        entry = {"cell": cell, "severity": severity, "file": file, "line": line}
        if field:
            entry["fieldPath"] = field
        self.diagnostics.append({**entry, "contains": contains})

    def command(self, cell, argv, exit, contains=()):
        self.commands.append({"cell": cell, "argv": argv, "exit": exit, "contains": list(contains)})

    def finding(self, file, line, about):
        """What a linter must say of these manifests."""
        self.lint.append({"file": file, "line": line, "about": about})

    def defines(self, policy):
        """Whether some manifest holds the policy `kind/namespace/name`, or `kind/name` of the cluster."""
        _, *namespace, name = policy.split("/")
        namespace = namespace[0] if namespace else "default"
        return any(
            f"\n  name: {name}\n" in text and (f"\n  namespace: {namespace}\n" in text or namespace == "default")
            for text in self.manifests.values()
        )

    def expectation(self):
        """The text of expect.json: one probe, step, diagnostic or command on each line."""
        head = {"format": 1, "scenario": self.scenario, "case": self.name, "title": self.title, "exit": self.exit}
        parts = [f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in head.items()]
        for key in ("diagnostics", "commands", "lint"):
            if getattr(self, key):
                parts.append(array(key, getattr(self, key)))
        parts.append(array("probes", self.probes))
        if self.conversations:
            blocks = []
            for conversation in self.conversations:
                outer = ", ".join(
                    f"{json.dumps(k)}: {json.dumps(conversation[k], ensure_ascii=False)}" for k in ("cell", "title")
                )
                rows = ",\n".join("    " + compact(s) for s in conversation["steps"])
                blocks.append(f'  {{{outer}, "steps": [\n{rows}\n  ]}}')
            parts.append(' "conversations": [\n' + ",\n".join(blocks) + "\n ]")
        return "{\n" + ",\n".join(parts) + "\n}\n"


def strip(reason):
    return {key: value for key, value in reason.items() if key != "allows"}


def other_end(reason):
    return {"allowed": reason["allows"], **strip(reason)}


def compact(value):
    return json.dumps(value, ensure_ascii=False)


def array(key, values):
    return f' {json.dumps(key)}: [\n' + ",\n".join("  " + compact(v) for v in values) + "\n ]"
