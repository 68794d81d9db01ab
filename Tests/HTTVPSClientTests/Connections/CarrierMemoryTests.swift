import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("The memory of carriers")
struct CarrierMemoryTests {
    let gateway = GatewayAddress(host: "a.test", port: 443, path: "/ws", isSecure: true)
    let other = GatewayAddress(host: "b.test", port: 443, path: "/ws", isSecure: true)
    let start = NIODeadline.uptimeNanoseconds(1)

    @Test("offers both until a gateway took HTTP/1.1 alone, and again after a while")
    func auto() {
        var memory = CarrierMemory()
        #expect(memory.offer(.auto, to: gateway, now: start) == .either)
        memory.fellBack(on: gateway, now: start)
        let end = start + CarrierMemory.kept
        #expect(memory.offer(.auto, to: gateway, now: end - .nanoseconds(1)) == .http1)
        #expect(memory.offer(.auto, to: other, now: start) == .either)
        #expect(memory.offer(.auto, to: gateway, now: end) == .either)
    }

    @Test("never overrules what was asked for")
    func asked() {
        var memory = CarrierMemory()
        memory.fellBack(on: gateway, now: start)
        #expect(memory.offer(.h2, to: gateway, now: start) == .http2)
        #expect(memory.offer(.http1, to: other, now: start) == .http1)
        let plain = GatewayAddress(host: "a.test", port: 80, path: "/ws", isSecure: false)
        #expect(memory.offer(.auto, to: plain, now: start) == .http1)
    }
}
