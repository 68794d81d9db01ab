import HTTVPSProtocol
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct SessionTests {
    private final class TestCarrier: Carrier {
        var messages: [ByteBuffer] = []
        var isOpenForWriting = true
        var unflushed = 0

        var isWritable: Bool { isOpenForWriting && unflushed < 65_536 }
        var hasUnflushed: Bool { unflushed > 0 }

        func open(_ grant: SessionGrant, for session: Session) {}
        func send(_ frame: Frame) {}
        func write(_ message: ByteBuffer) {
            messages.append(message)
            unflushed += message.readableBytes
        }
        func flush() { unflushed = 0 }
        func setCongested(_ isCongested: Bool) {}
        func end(_ ending: SessionEnding) {}
        func drop() {}
    }

    private func response() -> ValidateDeviceResponse {
        ValidateDeviceResponse(
            sessionID: "ses_t", userID: "usr_1", deviceID: "dev_1", subscriptionStatus: "active", expiresAt: nil,
            limits: SessionLimits(
                maxStreams: 16, maxSessions: 1, rateBytesPerSecond: nil, leaseBytes: nil, leaseSeconds: 30),
            nodes: [], credentials: nil)
    }

    private func withSession(_ environment: SessionEnvironment, _ body: (Session, TestCarrier) throws -> Void) throws {
        let loop = EmbeddedEventLoop()
        let hello = Hello(deviceID: "dev_1", token: "t", capabilities: [.binary, .flowControl, .resume])
        let terms = SessionTerms(hello, response(), environment, loop: loop, requestID: "req_1")
        let session = Session(terms, environment: environment, loop: loop)
        let carrier = TestCarrier()
        session.begin(on: carrier)
        defer { session.drop() }
        try body(session, carrier)
    }

    private func open(_ number: UInt32, _ session: Session, _ carrier: TestCarrier, _ data: ByteBuffer = ByteBuffer()) {
        let target = TargetAddress("127.0.0.1:7")
        session.receive(.streamOpen(.number(number), target: target, data: data), from: carrier)
    }

    private func address(_ buffer: ByteBuffer) -> UnsafeRawPointer? {
        buffer.withUnsafeReadableBytes { $0.baseAddress }
    }

    @Test("Bytes from a node are framed, sent and kept for a resume where they lie: nothing is copied")
    func copiesNothing() async throws {
        let gateway = try await TestGateway.start()
        try withSession(gateway.environment) { session, carrier in
            open(1, session, carrier)
            session.completeBatch(from: carrier)
            let relay = try #require(session.relays[.number(1)])
            for count in [100_000, 60_000] {
                var buffer = DeliveryBuffer.make(ByteBufferAllocator(), capacity: count)
                buffer.writeRepeatingByte(7, count: count)
                let before = address(buffer)
                relay.egressDelivered(consume buffer)
                var message = try #require(carrier.messages.last)
                carrier.messages = []
                message.moveReaderIndex(to: message.writerIndex - count)
                #expect(address(message) == before)
            }
            #expect(session.multiplexer.retainedBytes == 160_000)
        }
        try await gateway.stop()
    }

    @Test("Streams that wait for the connection are served in turn")
    func takesTurns() async throws {
        let gateway = try await TestGateway.start()
        try withSession(gateway.environment) { session, carrier in
            carrier.isOpenForWriting = false
            for number in 1...3 {
                open(UInt32(number), session, carrier)
                for _ in 0..<4 {
                    let data = ByteBuffer(repeating: 1, count: 65_536)
                    session.receive(.streamData(.number(UInt32(number)), data), from: carrier)
                }
            }
            session.completeBatch(from: carrier)
            #expect(carrier.messages.isEmpty)
            carrier.isOpenForWriting = true
            session.writabilityChanged(of: carrier)
            let turns = carrier.messages.map { message in
                message.getInteger(at: message.readerIndex + message.readableBytes - 65_537, as: UInt8.self) ?? 0
            }
            #expect(turns == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
        }
        try await gateway.stop()
    }

    @Test("A session that ends gives its part of the budget back")
    func settles() async throws {
        let gateway = try await TestGateway.start()
        try withSession(gateway.environment) { session, carrier in
            open(1, session, carrier, ByteBuffer(repeating: 1, count: 50_000))
            session.completeBatch(from: carrier)
            #expect(gateway.heldBytes == 50_000)
        }
        #expect(gateway.heldBytes == 0)
        try await gateway.stop()
    }
}
