import Foundation
import NIOPosix

struct GivenFile: Sendable {
    static let linesLimit = 64 << 20
    static let memberLimit = 1 << 20
    private static let portion = 1 << 16

    var path: String
    var limit: Int

    func text() async throws -> String {
        let bytes = ReadableText.withoutMark(try await NIOThreadPool.singleton.runIfActive(contents))
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let faulty = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        throw ExitStatus.Failure(status: .usage, message: "line \(faulty + 1) of \(path) is not UTF-8 text")
    }

    func value() async throws -> String {
        let text = try await text()
        return text.last?.isNewline == true ? String(text.dropLast()) : text
    }

    private func contents() throws -> [UInt8] {
        if path == "-" { return try contents(of: STDIN_FILENO) }
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { throw failure(errno) }
        defer { close(number) }
        return try contents(of: number)
    }

    private func contents(of number: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var portion = [UInt8](repeating: 0, count: Self.portion)
        while true {
            let count = read(number, &portion, portion.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            bytes += portion[..<count]
            guard bytes.count <= limit else {
                throw ExitStatus.Failure(
                    status: .usage, message: "\(path) is longer than \(ByteCount.text(Int64(limit)))")
            }
        }
    }

    private func failure(_ code: Int32) -> ExitStatus.Failure {
        ExitStatus.Failure(
            status: .configuration, message: "\(path) cannot be read: \(String(cString: strerror(code)))")
    }
}
