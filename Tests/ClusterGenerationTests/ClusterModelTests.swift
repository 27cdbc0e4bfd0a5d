import NetTypes
import Testing

@testable import ClusterGeneration

@Suite struct ClusterModelTests {
    private func model(_ pods: Int, apps: Int, namespaces: Int) -> ClusterModel {
        var plan = ClusterPlan(pods: pods, policies: 0, setElements: 0)
        plan.apps = apps
        plan.namespaces = namespaces
        return ClusterModel(plan: plan)
    }

    @Test(arguments: [(10, 1, 1), (10, 10, 10), (97, 13, 5), (1000, 100, 7)])
    func callersAndServersMirrorEachOther(pods: Int, apps: Int, namespaces: Int) {
        let model = model(pods, apps: apps, namespaces: namespaces)
        for app in 0..<apps {
            #expect(model.nearClient(of: model.nearServer(of: app)) == app)
            #expect(model.farClient(of: model.farServer(of: app)) == app)
            #expect(model.app(model.nearServer(of: app)).namespace == model.app(app).namespace)
            #expect(!model.pods(ofApp: app).isEmpty)
            #expect(model.pods(ofApp: app).allSatisfy { model.app(ofPod: $0) == app })
        }
    }

    @Test func addressesAreDistinct() {
        let model = model(5000, apps: 500, namespaces: 50)
        let addresses = Set((0..<5000).flatMap { [model.address4(ofPod: $0), model.address6(ofPod: $0)] })
        #expect(addresses.count == 10_000)
    }

    /// As many as a plan may have, all in one app.
    @Test func podsHaveNamesOfTheirOwn() {
        let model = model(1_000_000, apps: 1, namespaces: 1)
        var isTaken = [Bool](repeating: false, count: 1 << 20)
        for pod in 0..<1_000_000 { isTaken[Int(model.suffix(ofPod: pod))] = true }
        #expect(isTaken.count { $0 } == 1_000_000)

        let objects = ClusterObjects(model.plan)
        let names = Set((0..<3000).compactMap { objects.pod($0)["metadata"]?["name"]?.text })
        #expect(names.count == 3000)
    }
}

@Suite struct OutsideNetworksTests {
    @Test(arguments: [3, 64, 10_000, 100_000])
    func elementsStayApart(elements: Int) {
        let outside = OutsideNetworks(plan: ClusterPlan(pods: 10, policies: 3, setElements: elements))
        let prefixes = (0..<elements).map { outside.prefix($0) }.sorted()
        for (a, b) in zip(prefixes, prefixes.dropFirst()) {
            #expect(!a.contains(b), "\(a) \(b)")
            let union = IPPrefix(a.address, length: Int(a.length) - 1)
            #expect(a.length != b.length || !union.contains(b), "\(a) and \(b) are one block")
        }
    }

    @Test func everyElementIsInOneSetAndFamily() {
        let outside = OutsideNetworks(plan: ClusterPlan(pods: 10, policies: 3, setElements: 1003))
        for set in 0..<outside.setCount {
            #expect(outside.elements(of: set).allSatisfy { outside.set(of: $0) == set })
        }
        for family in IPFamily.allCases {
            let elements = (0..<outside.count(family)).map { outside.element(family, $0) }
            #expect(elements == (0..<1003).filter { outside.prefix($0).family == family })
        }
    }

    @Test func addressesLieInTheirElement() {
        let outside = OutsideNetworks(plan: ClusterPlan(pods: 10, policies: 3, setElements: 1000))
        var random = RandomStream(seed: 1)
        for element in 0..<1000 {
            #expect(outside.prefix(element).contains(outside.address(in: element, &random)))
        }
    }
}

extension ObjectValue {
    fileprivate subscript(key: String) -> ObjectValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    fileprivate var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }
}
