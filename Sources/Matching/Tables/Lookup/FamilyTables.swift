import CVector

/// How a family finds the record of an address.
protocol AddressIndex: Sendable {
    associatedtype Number: FixedWidthInteger & UnsignedInteger & Sendable
    var records: [AddressRecord] { get }
    init?(
        singles: [(address: Number, record: AddressRecord)],
        regions: [(first: Number, length: UInt8, record: AddressRecord)])
    func storage(_ parts: TableParts) -> TableStorage
}

extension AddressIndex4: AddressIndex {
    func storage(_ parts: TableParts) -> TableStorage { TableStorage(parts, self) }
}

extension AddressIndex6: AddressIndex {
    func storage(_ parts: TableParts) -> TableStorage { TableStorage(parts, self) }
}

/// The tables of one family; a class, so that to hand over `DecisionTables` is to count one reference and not a dozen.
final class FamilyTables<Addresses: AddressIndex>: Sendable {
    let storage: TableStorage
    /// IPv6: finds records. IPv4 does that in `storage`.
    let addresses: Addresses?
    let statistics: TableStatistics

    /// `nil` when the tables would be too large: then nothing is answered.
    init?(_ plan: FamilyPlan<Addresses.Number>) {
        guard let index = Addresses(singles: plan.singles, regions: plan.regions),
            let parts = TableParts(
                programs: plan.programs, rows: plan.rows, columns: plan.columns, services: plan.services)
        else { return nil }
        storage = index.storage(parts)
        addresses = Addresses.self == AddressIndex4.self ? nil : index
        statistics = TableStatistics(
            parts, rows: plan.rows, classes: plan.classCount, singles: plan.singles.count,
            records: index.records.count, bytes: storage.byteCount)
    }
}

extension FamilyTables<AddressIndex4> {
    func recordNumber(_ address: UInt32) -> UInt32 { unsafe storage.withTables { unsafe $0.recordNumber(address) } }

    func entries(_ source: UInt32, _ destination: UInt32, _ service: UInt32) -> (egress: UInt32, ingress: UInt32) {
        unsafe storage.withTables { tables in
            unsafe tables.entries(
                source: tables.recordNumber(source), destination: tables.recordNumber(destination),
                service: tables.serviceClass(service))
        }
    }
}

extension FamilyTables<AddressIndex6> {
    func recordNumber(_ address: UInt128) -> UInt32 {
        UInt32(truncatingIfNeeded: addresses?.number(of: address) ?? 0)
    }

    func entries(_ source: UInt128, _ destination: UInt128, _ service: UInt32) -> (egress: UInt32, ingress: UInt32) {
        let (from, to) = (recordNumber(source), recordNumber(destination))
        return unsafe storage.withTables { tables in
            unsafe tables.entries(source: from, destination: to, service: tables.serviceClass(service))
        }
    }
}
