import HTTVPSProtocol
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite struct CarrierStateMachineTests {
    private func hello(_ capabilities: Capabilities = [.binary, .flowControl]) throws -> WebSocketMessage {
        .text(try Hello(deviceID: "dev_1", token: "t", capabilities: capabilities).encoded())
    }

    private func binary(_ frame: Frame) -> WebSocketMessage {
        var bytes = ByteBuffer()
        BinaryFrameCodec.encode(frame, into: &bytes)
        return .binary(bytes)
    }

    private func machine() -> CarrierStateMachine {
        CarrierStateMachine(offered: SessionPolicy.offered, maxPayload: 65_536)
    }

    private func isEnd(_ action: CarrierStateMachine.OnMessage?, _ code: TunnelError.Code, _ close: UInt16) -> Bool {
        guard case .end(let ending) = action, case .error(let error) = ending.farewell else { return false }
        return error.code == code && ending.close?.code?.rawValue == close && ending.close?.reason == code.rawValue
    }

    @Test("A hello asks for a verdict and an allowed session takes frames")
    func opens() throws {
        var machine = machine()
        guard case .validate(let hello) = machine.receive(try hello()) else {
            Issue.record("no validate")
            return
        }
        #expect(hello.deviceID == "dev_1")
        machine.allowed([.binary, .flowControl], maxPayload: 65_536)
        let target = try #require(TargetAddress("example.com:80"))
        let action = machine.receive(binary(.streamOpen(.number(1), target: target, data: ByteBuffer())))
        #expect(action == .frame(.streamOpen(.number(1), target: target, data: ByteBuffer())))
    }

    @Test(
        "Anything but a text hello ends with bad_hello and 1008",
        arguments: [
            WebSocketMessage.binary(ByteBuffer(string: "{}")), .text(ByteBuffer(string: "{}")),
            .text(ByteBuffer(string: "[]")), .text(ByteBuffer(string: #"{"type":"hello","device_id":"","token":"t"}"#)),
            .text(ByteBuffer(string: #"{"type":"hello","device_id":"d","token":"t","capabilities":"binary"}"#)),
        ])
    func badHello(message: WebSocketMessage) {
        var machine = machine()
        #expect(isEnd(machine.receive(message), .badHello, 1008))
        #expect(machine.isEnding)
    }

    @Test("The handshake times out only before hello")
    func timesOut() throws {
        var machine = machine()
        var validating = machine
        #expect(isEnd(machine.handshakeTimedOut(), .handshakeTimeout, 1008))
        _ = validating.receive(try hello())
        #expect(validating.handshakeTimedOut() == .nothing)
    }

    @Test("Messages behind hello are held up to 64 KiB and come out in order once allowed")
    func holds() throws {
        var machine = machine()
        _ = machine.receive(try hello())
        let target = try #require(TargetAddress("example.com:80"))
        let data = ByteBuffer(repeating: 7, count: 40_000)
        #expect(machine.receive(binary(.streamOpen(.number(1), target: target, data: ByteBuffer()))) == .nothing)
        #expect(machine.receive(binary(.streamData(.number(1), data))) == .nothing)
        #expect(machine.receive(binary(.streamData(.number(1), data))) == .stopReading)
        #expect(machine.receiveHeld() == nil)
        machine.allowed([.binary], maxPayload: 65_536)
        #expect(machine.receiveHeld() == .frame(.streamOpen(.number(1), target: target, data: ByteBuffer())))
        #expect(machine.receiveHeld() == .frame(.streamData(.number(1), data)))
        #expect(machine.receiveHeld() == .frame(.streamData(.number(1), data)))
        #expect(machine.receiveHeld() == nil)
    }

    @Test("A fault behind hello waits for the verdict")
    func faultWaits() throws {
        var machine = machine()
        _ = machine.receive(try hello())
        var refused = machine
        #expect(machine.receive(WebSocketError(TunnelError(.messageTooBig, "big"))) == .stopReading)
        machine.allowed([.binary, .flowControl], maxPayload: 65_536)
        #expect(isEnd(machine.receiveHeld(), .messageTooBig, 1009))
        _ = refused.receive(WebSocketError(TunnelError(.messageTooBig, "big")))
        guard case .end(let ending) = refused.end(.refused(.invalidToken)) else {
            Issue.record("no end")
            return
        }
        #expect(ending.farewell == .refusal(.invalidToken))
        #expect(ending.close == WebSocketClose(code: .policyViolation, reason: "invalid_token"))
    }

    @Test("Text where binary was agreed is bad_frame, binary where not too")
    func wrongForm() throws {
        var binarySession = machine()
        _ = binarySession.receive(try hello())
        binarySession.allowed([.binary], maxPayload: 65_536)
        #expect(isEnd(binarySession.receive(.text(ByteBuffer(string: #"{"type":"ping"}"#))), .badFrame, 1002))
        var jsonSession = machine()
        _ = jsonSession.receive(try hello([]))
        jsonSession.allowed([], maxPayload: 65_536)
        #expect(isEnd(jsonSession.receive(binary(.ping(nil))), .badFrame, 1002))
    }

    @Test("Broken framing ends without error, before and in a session")
    func brokenFraming() throws {
        var machine = machine()
        guard case .end(let ending) = machine.receive(WebSocketError(.protocolError, "bits")) else {
            Issue.record("no end")
            return
        }
        #expect(ending.farewell == .none)
        #expect(ending.close?.code == .protocolError)
    }

    @Test("A close frame is echoed with its code; behind our own it finishes the transport")
    func closes() throws {
        var machine = machine()
        var ended = machine
        guard case .end(let ending) = machine.receive(.close(WebSocketClose(code: .normal, reason: "bye"))) else {
            Issue.record("no end")
            return
        }
        #expect(ending.close == WebSocketClose(code: .normal))
        #expect(!ending.awaitsPeer)
        _ = ended.handshakeTimedOut()
        #expect(ended.receive(.text(ByteBuffer(string: "late"))) == .nothing)
        #expect(ended.receive(.close(WebSocketClose(code: .normal))) == .finishTransport)
    }
}
