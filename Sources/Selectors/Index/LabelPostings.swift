/// Who bears which label: for each name of interest and each of its values a list of numbers.
///
/// Strings that are canonically equivalent share a list, so a list may hold more than its label's true bearers.
struct LabelPostings: Sendable {
    private struct Name {
        /// Lists by value.
        var lists: [String: Int32] = [:]
        /// The value looked up last and its list: neighbours often agree.
        var latest: (value: String, list: Int32)?
    }

    private var numbers: [String: Int32]
    private var names: [Name]
    private var lists = NumberChains()
    private var listWeights: [Int] = []
    private var nameWeights: [Int] = []
    /// The name that was met last at each place of a label set, with its number, or -1 if it is of no interest: objects of
    /// one kind bear the same names in the same order.
    private var latest: [(name: String, number: Int32)] = []

    /// - Parameter names: all others are passed over.
    init(names: Set<String>) {
        numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
        self.names = Array(repeating: Name(), count: names.count)
    }

    /// Notes that `bearer` has these labels. Bearers come in ascending order.
    mutating func add(_ labels: Labels, of bearer: Int32) {
        for place in 0..<labels.count {
            let (key, value) = labels.pair(at: place)
            let name = number(of: key, at: place)
            if name >= 0 { lists.append(bearer, to: list(of: Int(name), value)) }
        }
    }

    private mutating func number(of key: String, at place: Int) -> Int32 {
        if place < latest.count, latest[place].name == key { return latest[place].number }
        let found = numbers[key] ?? -1
        if place < latest.count { latest[place] = (key, found) } else { latest.append((key, found)) }
        return found
    }

    private mutating func list(of name: Int, _ value: String) -> Int32 {
        if let latest = names[name].latest, latest.value == value { return latest.list }
        let list: Int32
        if let known = names[name].lists[value] {
            list = known
        } else {
            list = lists.addChain()
            names[name].lists[value] = list
        }
        names[name].latest = (value, list)
        return list
    }

    // MARK: Questions

    /// Works out what the lists weigh; to be called once everything is in.
    mutating func weigh(_ weight: (Int32) -> Int) {
        listWeights = (0..<Int32(lists.count)).map { list in
            var sum = 0
            lists.forEach(of: list) { sum += weight($0) }
            return sum
        }
        nameWeights = names.map { name in name.lists.values.reduce(0) { $0 + listWeights[Int($1)] } }
    }

    /// Whether the label is of interest: only then an empty answer means that nobody bears it.
    func covers(_ name: String) -> Bool { numbers[name] != nil }

    /// What the bearers of the label with the value weigh together.
    func weight(of name: String, value: String) -> Int {
        list(of: name, value: value).map { listWeights[Int($0)] } ?? 0
    }

    /// What the bearers of the label with any value weigh together.
    func weight(of name: String) -> Int { numbers[name].map { nameWeights[Int($0)] } ?? 0 }

    /// Calls `body` with each bearer of the label with the value, in order.
    func forEach(_ name: String, value: String, _ body: (Int32) -> Void) {
        if let list = list(of: name, value: value) { lists.forEach(of: list, body) }
    }

    /// Calls `body` with each bearer of the label with any value, in no order.
    func forEach(_ name: String, _ body: (Int32) -> Void) {
        guard let number = numbers[name] else { return }
        for list in names[Int(number)].lists.values { lists.forEach(of: list, body) }
    }

    private func list(of name: String, value: String) -> Int32? {
        numbers[name].flatMap { names[Int($0)].lists[value] }
    }
}
