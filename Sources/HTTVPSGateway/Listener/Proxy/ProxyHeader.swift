import HTTVPSProtocol
package import NIOCore

package enum ProxyHeader: Equatable {
    case incomplete
    case absent
    case source(String?)
    case malformed

    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    private static let text = Array("PROXY ".utf8)
    private static let longestLine = 107
    private static let longestBlock = 2_048

    package static func read(_ input: inout ByteBuffer) -> ProxyHeader {
        let view = input.readableBytesView
        if starts(view, with: signature) { return readBinary(&input) }
        if starts(view, with: text) { return readText(&input) }
        return .absent
    }

    private static func starts(_ view: ByteBufferView, with mark: [UInt8]) -> Bool {
        view.prefix(mark.count).elementsEqual(mark.prefix(view.count))
    }

    private static func readText(_ input: inout ByteBuffer) -> ProxyHeader {
        let view = input.readableBytesView.prefix(longestLine)
        guard let end = view.firstIndex(of: 0x0A) else { return view.count < longestLine ? .incomplete : .malformed }
        let line = view[..<end]
        guard line.last == 0x0D else { return .malformed }
        let parts = String(decoding: line.dropLast(), as: UTF8.self)
            .split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        input.moveReaderIndex(forwardBy: line.count + 1)
        guard parts.count >= 2, parts[1] != "UNKNOWN" else { return parts.count >= 2 ? .source(nil) : .malformed }
        guard parts.count == 6, isPort(parts[4]), isPort(parts[5]) else { return .malformed }
        switch parts[1] {
        case "TCP4":
            guard let source = IPv4Text.parse(parts[2]), IPv4Text.parse(parts[3]) != nil else { return .malformed }
            return .source(IPv4Text.format(source))
        case "TCP6":
            guard let source = IPv6Address(parts[2]), IPv6Address(parts[3]) != nil else { return .malformed }
            return .source(AddressBlock.Address(source).description)
        default: return .malformed
        }
    }

    private static func isPort(_ text: String) -> Bool {
        (1...5).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && UInt16(text) != nil
    }

    private static func readBinary(_ input: inout ByteBuffer) -> ProxyHeader {
        let start = input.readerIndex + signature.count
        guard let length: UInt16 = input.getInteger(at: start + 2), let command: UInt8 = input.getInteger(at: start),
            let family: UInt8 = input.getInteger(at: start + 1)
        else { return .incomplete }
        guard command >> 4 == 2, command & 0x0F <= 1, length <= longestBlock else { return .malformed }
        guard input.readableBytes >= signature.count + 4 + Int(length) else { return .incomplete }
        input.moveReaderIndex(to: start + 4)
        guard var block = input.readSlice(length: Int(length)) else { return .malformed }
        if command & 0x0F == 0 { return .source(nil) }
        switch family {
        case 0x11:
            guard block.readableBytes >= 12, let address: UInt32 = block.readInteger() else { return .malformed }
            return .source(IPv4Text.format(address))
        case 0x21:
            guard block.readableBytes >= 36, let high: UInt64 = block.readInteger(),
                let low: UInt64 = block.readInteger()
            else { return .malformed }
            return .source(AddressBlock.Address(IPv6Address(high: high, low: low)).description)
        default: return .source(nil)
        }
    }
}
