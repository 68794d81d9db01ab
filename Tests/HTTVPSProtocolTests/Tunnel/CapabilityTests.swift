import Testing

@testable import HTTVPSProtocol

@Suite("Capabilities")
struct CapabilityTests {
    @Test("have fixed names, and unknown ones are ignored")
    func names() {
        let all: Capabilities = [.binary, .flowControl, .datagram, .padding, .resume]
        #expect(all.names == ["binary", "flow_control", "datagram", "padding", "resume"])
        #expect(Capabilities(names: all.names + ["teleport", "", "BINARY"]) == all)
        #expect(Capabilities(names: []).names.isEmpty)
    }

    @Test("are agreed where both sides know them, resume only with binary and flow_control")
    func agreement() {
        let all: Capabilities = [.binary, .flowControl, .datagram, .padding, .resume]
        #expect(Capabilities([.binary, .flowControl]).agreed(with: all) == [.binary, .flowControl])
        #expect(all.agreed(with: all) == all)
        #expect(all.agreed(with: []) == [])
        #expect(all.agreed(with: [.binary, .resume]) == .binary)
        #expect(all.agreed(with: [.flowControl, .resume]) == .flowControl)
        #expect(all.agreed(with: [.resume]) == [])
    }
}
