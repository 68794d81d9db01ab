import Foundation
import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("The session in docs/03-httvps-protocol.md")
struct DocumentedSessionTests {
    private static let id = StreamID.number(1)
    private static let request = "GET / HTTP/1.0\r\n\r\n"
    private static let answer = "HTTP/1.0 204 No Content\r\n\r\n"

    private static let frames: [(TunnelRole, Frame)] = [
        (.client, .streamOpen(id, target: TargetAddress("example.com:80"), data: .text(request))),
        (.client, .streamFinish(id)),
        (.gateway, .streamOpened(id)),
        (.gateway, .streamWindow(id, received: 19, limit: 262_144)),
        (.gateway, .streamData(id, .text(answer))),
        (.gateway, .streamFinish(id)),
        (.client, .streamWindow(id, received: 28, limit: 262_144)),
        (.client, .ping(.text("hi"))),
        (.gateway, .pong(.text("hi"))),
        (.client, .streamOpen(.number(2), target: TargetAddress("[2001:db8::1]:443"), data: ByteBuffer())),
        (.gateway, .streamClose(.number(2), .deniedByPolicy, message: "no")),
        (.gateway, .goaway(reason: "draining", graceSeconds: 30)),
        (.gateway, .error(code: "draining", message: "", stream: nil)),
    ]

    private static func message(_ frame: Frame) -> ByteBuffer {
        var out = ByteBuffer()
        BinaryFrameCodec.encode(frame, into: &out)
        return out
    }

    private func document() throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: "../../../docs/03-httvps-protocol.md"), encoding: .utf8)
    }

    @Test("shows the bytes that the codec writes, in the order of the session")
    func bytes() throws {
        var rest = try document()[...]
        for (sender, frame) in Self.frames {
            let row = "\(sender == .client ? "C" : "G")  \(hex(Self.message(frame)))\n"
            let range = try #require(rest.range(of: row), "missing row: \(row)")
            rest = rest[range.upperBound...]
        }
    }

    @Test("shows whole WebSocket frames, masked from the client")
    func webSocketFrames() throws {
        let masked = WebSocketWire.frame(2, Array(buffer: Self.message(.streamFinish(Self.id))), mask: 0x37FA_213D)
        let plain = WebSocketWire.frame(2, Array(buffer: Self.message(.streamOpened(Self.id))), mask: nil)
        let text = try document()
        #expect(text.contains("C  \(hex(ByteBuffer(bytes: masked)))\n"))
        #expect(text.contains("G  \(hex(ByteBuffer(bytes: plain)))\n"))
    }

    @Test("is one that both ends accept")
    func accepted() throws {
        let configuration = { (role: TunnelRole) in
            Multiplexer.Configuration(
                role: role, capabilities: [.binary, .flowControl], maxStreams: 256, initialWindow: 262_144)
        }
        var gateway = Multiplexer(configuration: configuration(.gateway))
        var client = Multiplexer(configuration: configuration(.client))
        for (sender, frame) in Self.frames {
            let read = try #require(try BinaryFrameCodec.decode(Self.message(frame), maxPayload: 65_536))
            if sender == .client {
                if case .streamOpen(_, _, let data) = frame {
                    _ = try client.openStream(to: #require(TargetAddress("example.com:443")), data: data)
                }
                if case .streamFinish(let id) = frame { #expect(client.sendFinish(on: id) == true) }
                let result = try gateway.receive(read)
                if case .finish(_, let acknowledgement) = result { #expect(acknowledgement == nil) }
            } else {
                if case .streamOpened(let id) = frame {
                    #expect(gateway.sendOpened(on: id) == .streamWindow(Self.id, received: 19, limit: 262_144))
                }
                if case .streamData(let id, let data) = frame { gateway.sendData(data, on: id) }
                if case .streamFinish(let id) = frame { #expect(gateway.sendFinish(on: id) == true) }
                if case .streamClose(let id, _, _) = frame { #expect(gateway.close(id) == true) }
                let result = try client.receive(read)
                if case .finish(_, let acknowledgement) = result {
                    #expect(acknowledgement == .streamWindow(Self.id, received: 28, limit: 262_144))
                }
            }
        }
        #expect(gateway.activeStreams == 0)
        #expect(client.activeStreams == 0)
    }
}
