/// What reports list of IPv4 packets, counted as fast as they are judged.
final class PlainLists: Sendable {
    let pairs: PairTable
    let denials: DenialTable

    init(limit: Int) {
        pairs = PairTable(limit: limit)
        denials = DenialTable(limit: limit)
    }
}
