import HTTVPSProtocol
package import NIOCore

package struct UpgradeGate {
    package enum Action: Equatable {
        case pass(ByteBuffer, request: RequestHead?)
        case upgrade(RequestHead, key: String)
    }

    private let path: String?
    private var scanner = RequestScanner()
    private var input = ByteBuffer()
    private var lastByte = ByteBuffer()
    private var upgrade: (head: RequestHead, key: String)?
    private var isBlind: Bool
    private(set) var isBeforeRequest = true

    package init(path: String?) {
        self.path = path
        isBlind = path == nil
    }

    package mutating func receive(_ bytes: ByteBuffer) { input.join(bytes) }

    mutating func goBlind() { isBlind = true }

    mutating func takeRest() -> ByteBuffer {
        defer { input = ByteBuffer() }
        return input
    }

    package mutating func next() -> Action? {
        while !isBlind {
            if let upgrade {
                self.upgrade = nil
                return .upgrade(upgrade.head, key: upgrade.key)
            }
            guard lastByte.readableBytes == 0 else { return nil }
            var taken = input
            let event = scanner.next(&input)
            taken.moveWriterIndex(to: input.readerIndex)
            let request = judge(event, &taken)
            if taken.readableBytes > 0 { return .pass(taken, request: request) }
            if event == nil { return nil }
        }
        var rest = lastByte
        lastByte = ByteBuffer()
        rest.join(takeRest())
        return rest.readableBytes > 0 ? .pass(rest, request: nil) : nil
    }

    private mutating func judge(_ event: RequestScanner.Event?, _ taken: inout ByteBuffer) -> RequestHead? {
        switch event {
        case nil:
            if !scanner.headBytes.isEmpty { isBeforeRequest = false }
        case .head(let head):
            isBeforeRequest = false
            guard let key = key(of: head) else { return head }
            upgrade = (head, key)
            lastByte = taken
            lastByte.moveReaderIndex(to: taken.writerIndex - 1)
            taken.moveWriterIndex(to: taken.writerIndex - 1)
        case .end: isBeforeRequest = true
        case .body: break
        case .malformed: isBlind = true
        }
        return nil
    }

    private func key(of head: RequestHead) -> String? {
        guard let path, !head.hasBareLineEnds, let framing = try? head.framing(), framing == .none else { return nil }
        return WebSocketHandshake.key(
            ofUpgradeTo: path, method: head.method, isHTTP11: head.isHTTP11, target: head.target,
            headers: head.fields.all.map { (name: $0.name, value: $0.value) })
    }
}

extension ByteBuffer {
    fileprivate mutating func join(_ other: ByteBuffer) {
        if readableBytes == 0 { self = other } else { writeImmutableBuffer(other) }
    }
}
