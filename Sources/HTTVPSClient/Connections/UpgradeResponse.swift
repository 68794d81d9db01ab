import Foundation
import HTTVPSProtocol
import NIOCore

struct UpgradeResponse: Equatable, Sendable {
    static let maximumLength = 16_384

    struct Malformed: Error {}

    var status: Int
    var headers: [Header]

    struct Header: Equatable, Sendable {
        var name: String
        var value: String
    }

    static func read(from buffer: inout ByteBuffer) throws(Malformed) -> UpgradeResponse? {
        let view = buffer.readableBytesView
        guard let end = headEnd(view) else {
            guard view.count < maximumLength else { throw Malformed() }
            return nil
        }
        guard let head = buffer.readString(length: end - view.startIndex) else { throw Malformed() }
        var lines = head.components(separatedBy: "\r\n")[...]
        let statusLine = lines.popFirst()?.split(separator: " ", maxSplits: 2) ?? []
        guard statusLine.count >= 2, statusLine[0] == "HTTP/1.1", let status = Int(statusLine[1]) else {
            throw Malformed()
        }
        var headers: [Header] = []
        for line in lines where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { throw Malformed() }
            headers.append(Header(name: String(line[..<colon]), value: String(line[line.index(after: colon)...])))
        }
        return UpgradeResponse(status: status, headers: headers)
    }

    var isInterim: Bool { (100..<200).contains(status) && status != 101 }

    func accepts(_ key: String) -> Bool {
        WebSocketHandshake.isAccepted(status: status, headers: headers.map { ($0.name, $0.value) }, key: key)
    }

    private static func headEnd(_ view: ByteBufferView) -> Int? {
        var newlines = 0
        for index in view.indices.prefix(maximumLength) {
            switch view[index] {
            case UInt8(ascii: "\n"): newlines += 1
            case UInt8(ascii: "\r"): continue
            default: newlines = 0
            }
            if newlines == 2 { return index + 1 }
        }
        return nil
    }
}
