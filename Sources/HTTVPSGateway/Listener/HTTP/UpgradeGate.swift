import HTTVPSProtocol
package import NIOCore

package struct UpgradeGate {
    package enum Action: Equatable {
        case pass(ByteBuffer, request: RequestHead?)
        case upgrade(RequestHead, key: String)
    }

    private let path: String?
    private let prefix: [UInt8]
    private var scanner = RequestScanner()
    private var input = ByteBuffer()
    private var held = ByteBuffer()
    private var isBlind: Bool
    private(set) var isBeforeRequest = true

    package init(path: String?) {
        self.path = path
        prefix = Array("GET \(path ?? "")".utf8)
        isBlind = path == nil
    }

    package mutating func receive(_ bytes: ByteBuffer) { input.join(bytes) }

    mutating func goBlind() { isBlind = true }

    mutating func takeRest() -> ByteBuffer {
        defer {
            held = ByteBuffer()
            input = ByteBuffer()
        }
        held.join(input)
        return held
    }

    package mutating func next() -> Action? {
        while !isBlind {
            var taken = input
            let event = scanner.next(&input)
            taken.moveWriterIndex(to: input.readerIndex)
            if let action = judge(event, taken) { return action }
            if event == nil { return nil }
        }
        let rest = takeRest()
        return rest.readableBytes > 0 ? .pass(rest, request: nil) : nil
    }

    private mutating func judge(_ event: RequestScanner.Event?, _ taken: ByteBuffer) -> Action? {
        switch event {
        case nil:
            let head = scanner.headBytes
            if !head.isEmpty { isBeforeRequest = false }
            held.join(taken)
            return !head.isEmpty && couldBeUpgrade(head) ? nil : release()
        case .head(let head):
            isBeforeRequest = false
            held.join(taken)
            if let key = key(of: head) {
                held = ByteBuffer()
                return .upgrade(head, key: key)
            }
            return release(head)
        case .end:
            isBeforeRequest = true
            held.join(taken)
            return release()
        case .body:
            held.join(taken)
            return release()
        case .malformed:
            held.join(taken)
            isBlind = true
            return nil
        }
    }

    private mutating func release(_ request: RequestHead? = nil) -> Action? {
        guard held.readableBytes > 0 else { return nil }
        defer { held = ByteBuffer() }
        return .pass(held, request: request)
    }

    private func couldBeUpgrade(_ head: [UInt8]) -> Bool {
        guard head.count > prefix.count else { return prefix.starts(with: head) }
        return head.starts(with: prefix)
            && (head[prefix.count] == UInt8(ascii: " ") || head[prefix.count] == UInt8(ascii: "?"))
    }

    private func key(of head: RequestHead) -> String? {
        guard let path, let framing = try? head.framing(), framing == .none else { return nil }
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
