import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("A stream's state")
struct StreamStateMachineTests {
    @Test("is over when both sides have finished, in either order")
    func bothFinish() {
        var stream = StreamStateMachine(.init(initialWindow: 100))
        #expect(stream.sendFinish() == true)
        #expect(!stream.isOver)
        #expect(!stream.mayWrite)
        #expect(stream.receiveFinish() == .finished(acknowledgement: .init(received: 1, limit: 100)))
        #expect(stream.isOver)
        stream = StreamStateMachine(.init(initialWindow: nil))
        #expect(stream.receiveFinish() == .finished(acknowledgement: nil))
        #expect(stream.mayWrite)
        #expect(stream.sendFinish() == true)
        #expect(stream.isOver)
    }

    @Test("ignores a second finish from either side")
    func secondFinish() {
        var stream = StreamStateMachine(.init(initialWindow: 100))
        #expect(stream.receiveFinish() != .ignored)
        #expect(stream.receiveFinish() == .ignored)
        #expect(stream.sendFinish() == true)
        #expect(stream.sendFinish() == false)
        #expect(stream.receiveFinish() == .ignored)
    }

    @Test("refuses data behind the peer's finish, but not behind our own")
    func dataBehindFinish() throws {
        var stream = StreamStateMachine(.init(initialWindow: 100))
        _ = stream.sendFinish()
        _ = try stream.receiveData(10)
        _ = stream.receiveFinish()
        #expect { _ = try stream.receiveData(0) } throws: { ($0 as? TunnelError)?.code == .badFrame }
    }

    @Test("gives credit until our own finish, and endless credit without flow control")
    func credit() {
        var stream = StreamStateMachine(.init(initialWindow: 100))
        #expect(stream.credit == 100)
        stream.sendData(ByteBuffer(repeating: 0, count: 30))
        #expect(stream.credit == 70)
        _ = stream.sendFinish()
        #expect(stream.credit == 0)
        stream = StreamStateMachine(.init(initialWindow: nil))
        stream.sendData(ByteBuffer(repeating: 0, count: 1 << 20))
        #expect(stream.credit == .max)
    }

    @Test("asks for no window once the peer has finished")
    func noWindowBehindFinish() throws {
        var stream = StreamStateMachine(.init(initialWindow: 100))
        _ = try stream.receiveData(100)
        #expect(stream.receiveFinish() == .finished(acknowledgement: .init(received: 101, limit: 100)))
        #expect(stream.consume(100) == nil)
    }
}
