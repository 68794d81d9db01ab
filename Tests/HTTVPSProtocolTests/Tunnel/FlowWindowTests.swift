import Testing

@testable import HTTVPSProtocol

@Suite("Flow windows")
struct FlowWindowTests {
    @Test("let exactly the credit be sent")
    func exactCredit() throws {
        var window = SendWindow(limit: 100)
        window.send(60)
        #expect(window.credit == 40)
        window.send(40)
        #expect(window.credit == 0)
        try window.update(received: 100, limit: 150)
        #expect(window.credit == 50)
    }

    @Test("keep their limit when the peer names a lower one")
    func lowerLimit() throws {
        var window = SendWindow(limit: 100)
        window.send(10)
        try window.update(received: 10, limit: 5)
        #expect(window.credit == 90)
        try window.update(received: 10, limit: Varint.maximum)
        #expect(window.credit == Int(Varint.maximum) - 10)
    }

    @Test("refuse a received that falls or exceeds what was sent")
    func received() throws {
        var window = SendWindow(limit: 100)
        window.send(50)
        try window.update(received: 30, limit: 100)
        try window.update(received: 30, limit: 100)
        #expect(throws: TunnelError.self) { try window.update(received: 29, limit: 100) }
        #expect(throws: TunnelError.self) { try window.update(received: 51, limit: 100) }
        try window.update(received: 50, limit: 100)
    }

    @Test("count a finish as one byte that needs no credit")
    func finish() throws {
        var window = SendWindow(limit: 50)
        window.send(50)
        #expect(throws: TunnelError.self) { try window.update(received: 51, limit: 50) }
        window.finish()
        try window.update(received: 51, limit: 50)
        #expect(throws: TunnelError.self) { try window.update(received: 52, limit: 50) }
        #expect(throws: TunnelError.self) { try window.update(received: 50, limit: 50) }
    }

    @Test("take data up to the limit and not one byte more")
    func limit() throws {
        var window = ReceiveWindow(size: 100)
        try window.receive(100)
        try window.receive(0)
        #expect { try window.receive(1) } throws: { ($0 as? TunnelError)?.code == .flowControlError }
    }

    @Test("are raised as soon as half is consumed")
    func update() throws {
        var window = ReceiveWindow(size: 100)
        try window.receive(80)
        #expect(window.consume(49) == false)
        #expect(window.consume(1) == true)
        #expect(window.report() == ReceiveWindow.Update(received: 80, limit: 150))
        #expect(window.consume(30) == false)
        try window.receive(70)
        #expect(throws: TunnelError.self) { try window.receive(1) }
        #expect(window.consume(70) == true)
        #expect(window.report() == ReceiveWindow.Update(received: 150, limit: 250))
        window.finish()
        #expect(window.report() == ReceiveWindow.Update(received: 151, limit: 250))
    }

    @Test("never give credit for more than came, whatever is said to be consumed")
    func consumedTooMuch() throws {
        var window = ReceiveWindow(size: 100)
        try window.receive(10)
        #expect(window.consume(1_000) == false)
        try window.receive(90)
        #expect(throws: TunnelError.self) { try window.receive(1) }
    }
}
