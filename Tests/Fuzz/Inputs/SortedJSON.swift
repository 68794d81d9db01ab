import Foundation
import NIOCore

enum SortedJSON {
    static func bytes(_ message: ByteBuffer) throws -> [UInt8] {
        let object = try JSONSerialization.jsonObject(with: Data(message.readableBytesView))
        return Array(
            try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]))
    }
}
