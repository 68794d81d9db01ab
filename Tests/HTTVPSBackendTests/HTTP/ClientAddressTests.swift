import HTTPTypes
import Testing

@testable import HTTVPSBackend

@Suite("The address of a client")
struct ClientAddressTests {
    private func address(_ peer: String?, _ forwarded: [String], trusting networks: [String]) -> String {
        var headers = HTTPFields()
        for value in forwarded {
            if let name = HTTPField.Name("X-Forwarded-For") { headers.append(HTTPField(name: name, value: value)) }
        }
        return ClientAddress(trustedProxies: networks.compactMap(IPNetwork.init)).address(peer: peer, headers: headers)
    }

    @Test("is the peer unless the peer is trusted")
    func untrusted() {
        #expect(address("10.0.0.1", ["1.2.3.4"], trusting: []) == "10.0.0.1")
        #expect(address("11.0.0.1", ["1.2.3.4"], trusting: ["10.0.0.0/8"]) == "11.0.0.1")
        #expect(address(nil, ["1.2.3.4"], trusting: ["0.0.0.0/0"]) == "unknown")
    }

    @Test("is the last hop that no trusted proxy added")
    func trusted() {
        #expect(address("10.0.0.1", ["6.6.6.6, 1.2.3.4", "10.9.9.9"], trusting: ["10.0.0.0/8"]) == "1.2.3.4")
        #expect(address("::1", ["2001:db8::1"], trusting: ["::1"]) == "2001:db8::1")
        #expect(address("::ffff:10.0.0.1", ["1.2.3.4"], trusting: ["10.0.0.0/8"]) == "1.2.3.4")
        #expect(address("10.0.0.1", ["evil"], trusting: ["10.0.0.0/8"]) == "10.0.0.1")
    }

    @Test("networks of a wrong form are none", arguments: ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/x"])
    func badNetworks(_ text: String) { #expect(IPNetwork(text) == nil) }
}
