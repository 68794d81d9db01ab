import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("Hostile input")
struct HostileInputTests {
    private static let hello = #"""
        {"type":"hello","device_id":"dev_1","token":"t","client_version":"1.0","capabilities":["binary","flow_control"],
        "region":"eu","resume":{"session_id":"ses_1","resume_token":"r","attempt":1,"streams":[{"stream_id":7,"received":1}]}}
        """#

    private static func mutate(_ original: ByteBuffer, _ random: inout Seeded) -> ByteBuffer {
        var bytes = Array(buffer: original)
        for _ in 0...random.below(4) {
            let position = random.below(bytes.count + 1)
            switch random.below(4) {
            case 0 where position < bytes.count: bytes[position] = UInt8(truncatingIfNeeded: random.next())
            case 1 where position < bytes.count: bytes.remove(at: position)
            case 2: bytes.insert(("{}[]\",:\\0-e.u\u{0}".utf8.randomElement(using: &random) ?? 0), at: position)
            default: bytes.removeLast(min(bytes.count, random.below(8)))
            }
        }
        return ByteBuffer(bytes: bytes)
    }

    @Test(
        "never crashes a frame decoder, and what is accepted is written and read again",
        arguments: [FrameEncoding.binary, .json])
    func frames(encoding: FrameEncoding) {
        var random = Seeded(3)
        var accepted = 0
        for round in 0..<6_000 {
            var message = ByteBuffer()
            if round.isMultiple(of: 4) {
                message = random.bytes(random.below(40))
            } else {
                encoding.encode(random.frame(encoding), into: &message)
                message = Self.mutate(message, &random)
            }
            guard let frame = try? encoding.decode(message, maxPayload: 16_384) else { continue }
            accepted += 1
            #expect(frame.payloadLength <= message.readableBytes)
            guard !Self.hasNoTarget(frame) else { continue }
            var again = ByteBuffer()
            encoding.encode(frame, into: &again)
            #expect((try? encoding.decode(again, maxPayload: 16_384)) == frame)
        }
        #expect(accepted > 100)
    }

    @Test("never crashes the reading of a hello or an auth_result")
    func handshake() {
        var random = Seeded(4)
        let grant = SessionGrant(
            sessionID: "ses_1", userID: "usr_1", subscriptionStatus: "active", capabilities: [.binary], maxStreams: 1,
            maxPayload: 16_384, initialWindow: 65_536, keepaliveSeconds: 1, region: "eu")
        for _ in 0..<6_000 {
            do throws(TunnelError) {
                _ = try Hello.decode(Self.mutate(.text(Self.hello), &random))
            } catch {
                #expect(error.code == .badHello)
            }
            do throws(TunnelError) {
                _ = try AuthResult.decode(Self.mutate(AuthResult.allowed(grant).encoded(), &random))
            } catch {
                #expect(error.code == .badFrame)
            }
        }
    }

    @Test("never crashes a multiplexer", arguments: [FrameEncoding.binary, .json], [TunnelRole.client, .gateway])
    func multiplexer(encoding: FrameEncoding, role: TunnelRole) {
        var random = Seeded(5)
        let capabilities: Capabilities = encoding == .binary ? [.binary, .flowControl] : [.flowControl]
        for _ in 0..<300 {
            var multiplexer = Multiplexer(
                configuration: .init(role: role, capabilities: capabilities, maxStreams: 3, initialWindow: 65_536))
            if role == .client { _ = TargetAddress("a:1").flatMap { try? multiplexer.openStream(to: $0) } }
            for _ in 0..<60 {
                let frame = Self.smallID(random.frame(encoding), encoding, &random)
                guard let result = try? multiplexer.receive(frame) else { break }
                if case .data(let id, let data, _) = result {
                    _ = multiplexer.consume(data.readableBytes + random.below(3), on: id)
                }
                #expect(multiplexer.activeStreams <= 3)
                for id in multiplexer.openIDs { #expect(multiplexer.credit(id) >= 0) }
            }
        }
    }

    private static func hasNoTarget(_ frame: Frame) -> Bool {
        switch frame {
        case .streamOpen(_, target: nil, _), .datagram(_, target: nil, _): true
        default: false
        }
    }

    private static func smallID(_ frame: Frame, _ encoding: FrameEncoding, _ random: inout Seeded) -> Frame {
        let number = random.below(6)
        let id: StreamID = encoding == .binary ? .number(UInt32(number)) : .name(String(number))
        switch frame {
        case .streamOpen(_, let target, let data): return .streamOpen(id, target: target, data: data)
        case .streamOpened: return .streamOpened(id)
        case .streamData(_, let data): return .streamData(id, data)
        case .streamFinish: return .streamFinish(id)
        case .streamClose(_, let reason, let message): return .streamClose(id, reason, message: message)
        case .streamWindow(_, let received, let limit):
            return .streamWindow(id, received: received & 1, limit: limit)
        case .datagram, .padding, .error, .goaway: return .ping(nil)
        default: return frame
        }
    }
}
