import Foundation
import NIOPosix
import Synchronization

enum TypedLine {
    private static let limit = 1 << 20
    private static let isBehindFirst = Atomic(false)

    static func next() async throws -> String? {
        let bytes = try await NIOThreadPool.singleton.runIfActive { try readBytes() }
        let mayHaveMark = !isBehindFirst.exchange(true, ordering: .relaxed) && !Terminal.hasKeyboard
        return try bytes.map {
            try ReadableText.of(mayHaveMark ? ReadableText.withoutMark($0) : $0[...], from: "what was typed")
        }
    }

    private static func readBytes() throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count <= limit {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return bytes.isEmpty ? nil : bytes }
            guard byte != UInt8(ascii: "\n") else {
                return bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
            }
            bytes.append(byte)
        }
        throw ExitStatus.Failure(status: .usage, message: "what was typed is longer than a line may be")
    }
}
