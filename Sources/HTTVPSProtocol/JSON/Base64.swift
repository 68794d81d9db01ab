import Foundation
import NIOCore

enum Base64 {
    static func decode(_ text: ArraySlice<UInt8>) -> ByteBuffer? {
        let padding = text.suffix(2).drop { $0 != UInt8(ascii: "=") }
        guard text.count.isMultiple(of: 4), !text.dropLast(2).contains(UInt8(ascii: "=")),
            padding.allSatisfy({ $0 == UInt8(ascii: "=") }), let data = Data(base64Encoded: Data(text))
        else { return nil }
        return ByteBuffer(bytes: data)
    }

    static func encode(_ buffer: ByteBuffer) -> String { Data(buffer.readableBytesView).base64EncodedString() }
}
