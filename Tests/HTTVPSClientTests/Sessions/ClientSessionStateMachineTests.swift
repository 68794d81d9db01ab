import HTTVPSProtocol
import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("A client's session")
struct ClientSessionStateMachineTests {
    static func grant(_ capabilities: Capabilities = [.binary, .flowControl]) -> SessionGrant {
        SessionGrant(
            sessionID: "ses_1", userID: "usr_1", subscriptionStatus: "active", capabilities: capabilities,
            maxStreams: 2, maxPayload: 65_536, initialWindow: 65_536, keepaliveSeconds: 25, region: "eu")
    }

    static func target() throws -> TargetAddress { try #require(TargetAddress("example.com:443")) }

    static func established(_ capabilities: Capabilities = [.binary, .flowControl]) -> ClientSessionStateMachine {
        ClientSessionStateMachine(grant(capabilities))
    }

    static let now = NIODeadline.uptimeNanoseconds(1_000_000_000)

    static func message(_ frame: Frame) -> WebSocketMessage {
        var bytes = ByteBuffer()
        BinaryFrameCodec.encode(frame, into: &bytes)
        return .binary(bytes)
    }

    @Test("takes binary messages only, or text messages only, as was agreed")
    func encodings() {
        #expect(Self.established().limits == WebSocketLimits(text: nil, binary: 66_048))
        #expect(Self.established([]).limits == WebSocketLimits(text: 131_072, binary: nil))
    }

    @Test("names the gateway's refusal, in words too")
    func refusal() {
        #expect(
            SessionEnd.refused(reason: "device_blocked").error.description == "the device is blocked (device_blocked)")
        for reason in RefusalReason.allCases {
            #expect(Refusal.sentence(reason.rawValue) != Refusal.sentence("something new"))
        }
    }

    @Test("ends with the gateway's error, once")
    func errors() {
        var late = Self.established()
        let error = Self.message(.error(code: "revoked", message: "replaced", stream: nil))
        let first = late.receive(error, at: Self.now)
        #expect(first == .end(.ended(code: "revoked", message: "replaced"), closeCode: .normal))
        let second = late.receive(error, at: Self.now)
        #expect(second == .ignored)
    }

    @Test("echoes the gateway's close code")
    func close() {
        var machine = Self.established()
        let close = WebSocketClose(code: .goingAway, reason: "draining")
        #expect(
            machine.receive(.close(close), at: Self.now)
                == .end(.closed(code: 1001, reason: "draining"), closeCode: .goingAway))
    }

    @Test("ends with bad_frame on what a gateway must not send")
    func faults() {
        let target = TargetAddress("a.test:1")
        for frame in [Frame.streamOpen(.number(1), target: target, data: ByteBuffer()), .padding(3)] {
            var machine = Self.established()
            guard case .end(.faulty(let error), closeCode: _) = machine.receive(Self.message(frame), at: Self.now)
            else {
                Issue.record("\(frame) was taken")
                continue
            }
            #expect(error.code == .badFrame)
        }
    }

    @Test("opens rising ids up to the agreed number of streams")
    func streams() throws {
        var machine = Self.established()
        var ids = [try machine.openStream(to: Self.target()), try machine.openStream(to: Self.target())]
        #expect(throws: Multiplexer.OpenRefusal.streamLimit) { try machine.openStream(to: Self.target()) }
        let isClosed = machine.close(.number(1))
        #expect(isClosed)
        ids.append(try machine.openStream(to: Self.target()))
        #expect(ids == [.number(1), .number(2), .number(3)])
        #expect(machine.credit(.number(3)) == 65_536)
    }

    @Test("opens no more streams behind goaway, and lets the open ones go on")
    func goaway() throws {
        var machine = Self.established()
        let id = try machine.openStream(to: Self.target())
        let result = machine.receive(Self.message(.goaway(reason: "draining", graceSeconds: 30)), at: Self.now)
        #expect(result == .frame(.goaway(reason: "draining", graceSeconds: 30)))
        #expect(throws: Multiplexer.OpenRefusal.draining) { _ = try machine.openStream(to: Self.target()) }
        let data = ByteBuffer(string: "late")
        #expect(
            machine.receive(Self.message(.streamData(id, data)), at: Self.now)
                == .frame(.data(id, data, acknowledgement: nil)))
    }
}
