import ManifestReading
import NetTypes

/// A Calico rule speaks of one IP version: its nets must all be of one family, and of the one that `ipVersion` names.
struct RuleFamilyCheck {
    let version: Field
    let family: IPFamily?

    func check(_ ends: [CalicoEntityDecoder]) {
        var first: CalicoEntityDecoder.Net?
        for net in ends.flatMap(\.nets) {
            if let family, net.prefix.family != family {
                net.field.error(
                    .netFamily(net.prefix, version: family),
                    notes: [version.note("limits the rule to IP version \(family.rawValue)")])
            }
            if let first, first.prefix.family != net.prefix.family {
                net.field.error(
                    .mixedFamilies,
                    notes: [first.field.note("\(first.prefix) is IP version \(first.prefix.family.rawValue)")])
            }
            first = first ?? net
        }
    }
}
