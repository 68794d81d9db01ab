import DequeModule
import HTTVPSProtocol
import NIOCore

extension Session {
    func allowance(for relay: StreamRelay) -> Int {
        let lease = leaseAllowance
        if lease == 0 { moved() }
        let credit = min(multiplexer.credit(relay.id), lease)
        guard credit > 0 else { return 0 }
        if carrier?.isWritable == true { return credit }
        if isWaiting.insert(relay.id).inserted { waiting.append(relay.id) }
        return 0
    }

    func send(_ frame: Frame) { carrier?.send(frame) }

    func sendData(_ data: ByteBuffer, on id: StreamID) {
        var message = data
        switch encoding {
        case .binary:
            Self.prependDataHeader(id, to: &message)
            encoder.encode(.binary, inPlace: &message)
        case .json:
            message = ByteBuffer()
            encoder.append(.text, to: &message) { encoding.encode(.streamData(id, data), into: &$0) }
        }
        carrier?.write(message)
    }

    func flush() {
        guard !isBatching, !isFlushing else { return }
        isFlushing = true
        repeat {
            carrier?.flush()
            if !waiting.isEmpty { serveWaiting() }
        } while carrier?.hasUnflushed == true
        isFlushing = false
    }

    func serveWaiting() {
        var turns = waiting.count
        while turns > 0, carrier?.isWritable == true, let id = waiting.popFirst() {
            turns -= 1
            guard isWaiting.remove(id) != nil else { continue }
            relays[id]?.resume()
        }
    }

    private static func prependDataHeader(_ id: StreamID, to buffer: inout ByteBuffer) {
        guard case .number(let number) = id else { return }
        let start = buffer.readerIndex - BinaryFrameCodec.dataHeaderLength(id)
        buffer.setInteger(BinaryFrameCodec.Kind.streamData.rawValue, at: start)
        switch number {
        case 0..<(1 << 6): buffer.setInteger(UInt8(number), at: start + 1)
        case 0..<(1 << 14): buffer.setInteger(UInt16(number) | 0x4000, at: start + 1)
        default: buffer.setInteger(number | 0x8000_0000, at: start + 1)
        }
        buffer.moveReaderIndex(to: start)
    }
}
