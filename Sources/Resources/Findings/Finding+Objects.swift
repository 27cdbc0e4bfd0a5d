/// Wordings about whole objects, and about kinds other than policies.
extension Finding {
    // MARK: Which object it is

    static func missingKind(_ field: String) -> Finding {
        Finding(
            "missing-kind", "no \(field): this is no Kubernetes object, or only a part of one",
            hint: "write apiVersion, kind and metadata before the rest")
    }

    static let notAnObject = Finding("not-an-object", "must be a mapping with apiVersion and kind")

    static func noSuchKind(_ apiVersion: String, _ kind: String, hint: String?) -> Finding {
        Finding("no-such-kind", "no such kind: \(apiVersion) \(kind): the object is left out", hint: hint)
    }

    static func notPolicy(_ kind: String, count: Int) -> Finding {
        Finding("not-policy", "\(kind) is not policy, left aside" + (count > 1 ? ": \(count) objects" : ""))
    }

    static func storageForm(_ kind: String) -> Finding {
        Finding(
            "storage-form",
            "crd.projectcalico.org/v1 is the form in which Calico stores a \(kind): calicoctl refuses it (unknown "
                + "resource type (\(kind)) and/or version (crd.projectcalico.org/v1))",
            hint: "write apiVersion: projectcalico.org/v3")
    }

    static func unreadableStoredMetadata(_ annotation: String) -> Finding {
        Finding("invalid-value", "annotation \(annotation) must hold the object's metadata as JSON")
    }

    static func duplicateObject(_ name: String) -> Finding {
        Finding("duplicate-object", "\(name) was already defined: this later definition replaces it")
    }

    // MARK: Planned changes

    static func noStagedKind(_ kind: String) -> Finding {
        Finding(
            "no-staged-kind", "Calico has no staged form of a \(kind): it cannot be staged, and is left out",
            hint: "stage NetworkPolicy, GlobalNetworkPolicy and Kubernetes NetworkPolicy; name the others by -f")
    }

    static func plannedObjects(_ count: Int) -> Finding {
        Finding(
            "planned-object",
            "\(count) object(s) of the staged manifests are no policies: they take part in the enforced verdicts, too")
    }

    static func plannedDuplicates(_ count: Int) -> Finding {
        Finding(
            "planned-duplicate",
            "\(count) object(s) of the staged manifests are no policies and are among the other inputs already, whose "
                + "definitions count")
    }

    static let listTooDeep = Finding("list-too-deep", "lists are nested too deeply: this one is left out")

    static func namespaceOfClusterKind(_ kind: String, effect: String) -> Finding {
        Finding("cluster-scoped", "a \(kind) has no namespace: \(effect)")
    }

    static func nameLabelOverridden(_ label: String, written: String, name: String) -> Finding {
        Finding(
            "label-overridden",
            "the label \(label) is always the namespace's name: \(quoted(written)) counts as \(name)")
    }

    static func missingTier(_ tier: String) -> Finding {
        Finding(
            "missing-tier",
            "no Tier \(quoted(tier)) among the inputs: its policies come after those of all other tiers, and end in "
                + "deny",
            hint: "add the Tier object; Calico's API refuses a policy whose tier does not exist")
    }

    // MARK: Single kinds

    static func builtInTier(_ tier: String, field: String, value: String) -> Finding {
        Finding("built-in-tier", "Invalid value: the \(field) of Calico's own tier \(tier) must be \(value)")
    }

    static let emptyNet = Finding("empty-net", "an empty text names no addresses: it is ignored")

    static func notAnAddressOrBlock(_ text: String) -> Finding {
        invalidValue(text, "must be an IP address or a CIDR value, (e.g. 10.9.8.7 or 10.9.8.0/24)")
    }

    static func reservedLabelRefused(_ label: String) -> Finding {
        Finding(
            "reserved-label-refused",
            "Invalid value: \(quoted(label)): is not a valid label name: Calico sets it itself")
    }

    static func reservedLabel(_ label: String) -> Finding {
        Finding(
            "reserved-label",
            "\(label) looks like a label that Calico sets on pods; here it counts like any other, and selectors find it"
        )
    }

    static let hostEndpointAbsent = Finding(
        "host-endpoint-absent",
        "the API takes the number of a protocol, but Felix then treats the whole host endpoint as absent",
        hint: "write the name: TCP, UDP or SCTP")

    static func unusedFelixConfiguration(_ name: String) -> Finding {
        Finding(
            "unused-configuration", "no node reads a FelixConfiguration named \(quoted(name))",
            hint: "name it default, or node.<node name>")
    }

    static func unusedServiceRanges(_ name: String) -> Finding {
        Finding(
            "unused-configuration",
            "Felix reads service ranges from the BGPConfiguration named default alone, not from \(quoted(name))",
            hint: "move them to the BGPConfiguration named default")
    }

    static func failsafeIgnored(_ what: String) -> Finding {
        Finding("failsafe-ignored", "Felix can't use a failsafe entry with \(what): the entry is left out")
    }

    static let emptyMarkMask = Finding(
        "empty-mark-mask", "Felix can't work without mark bits: its default, 0xffff0000, is taken")

    static func trafficLimit(_ name: String) -> Finding { Finding("traffic-limit", "\(name): \(trafficLimitText)") }

    /// What is not done about limits of rate and number.
    static let trafficLimitText =
        "limits of rate and number are not emulated: a node also drops what exceeds them, whatever policy says"

    static func unreadableAnnotation(_ what: String, _ text: String) -> Finding {
        Finding("unreadable-annotation", "\(what): \(quoted(text)) can't be read and is ignored")
    }

    static func unreadableSourcePrefixes(_ annotation: String, _ text: String) -> Finding {
        Finding("unreadable-annotation", "\(annotation): \(quoted(text)) is no JSON list of blocks")
    }

    static let noProperties = Finding("no-properties", "Invalid value: 0: should have at least 1 properties")
}
