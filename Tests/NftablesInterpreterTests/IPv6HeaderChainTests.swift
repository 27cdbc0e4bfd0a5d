import Testing

@testable import NftablesInterpreter

/// The kernel's own view of the same shapes is checked at random in `KernelAgreementTests`.
@Suite struct IPv6HeaderChainTests {
    private func chain(_ first: UInt8, _ payload: [UInt8]) -> IPv6HeaderChain {
        IPv6HeaderChain(([0x60, 0, 0, 0, 0, 0, first, 64] + Array(repeating: 0, count: 32) + payload)[...])
    }

    @Test func walksOptionsRoutingAndFirstFragments() throws {
        let options: [UInt8] = [43, 0, 1, 4, 0, 0, 0, 0]
        let routing: [UInt8] = [44, 0, 4, 0, 0, 0, 0, 0]
        let fragment: [UInt8] = [6, 0, 0, 1, 0, 0, 0, 9]
        let whole = chain(0, options + routing + fragment + [0, 80, 0, 80])
        let end = try #require(whole.transport())
        #expect(end.proto == 6 && end.offset == 64 && end.fragmentOffset == 0)
        #expect(whole.offset(ofHeader: 43) == 48)
        #expect(whole.offset(ofHeader: 44) == 56)
        #expect(whole.offset(ofHeader: 60) == nil)
    }

    @Test func stopsAtAuthenticationAndNoNextHeader() {
        let authenticated = chain(51, [6, 1] + Array(repeating: 0, count: 10))
        #expect(authenticated.transport()?.proto == 51)
        #expect(authenticated.offset(ofHeader: 51) == 40)
        #expect(chain(59, []).transport()?.proto == 59)
        #expect(chain(50, []).transport()?.proto == 50)
    }

    @Test func knowsTheProtocolOfALaterFragmentOnly() {
        let later = chain(44, [17, 0, 0, 8, 0, 0, 0, 9])
        #expect(later.transport()?.proto == 17)
        #expect(later.transport()?.fragmentOffset == 8)
        #expect(chain(44, [60, 0, 0, 8, 0, 0, 0, 9]).transport() == nil)
    }

    @Test func breaksWhereTheBytesEnd() {
        #expect(chain(0, [6]).transport() == nil)
        #expect(chain(60, [6, 200, 0, 0]).transport()?.proto == 6)
        #expect(chain(60, [60, 200, 0, 0]).transport() == nil)
        #expect(chain(43, [6, 0, 0]).transport() == nil)
        #expect(chain(44, [6, 0, 0]).transport() == nil)
    }
}
