import Foundation

enum OriginalWords {
    static func arguments(as parsed: [String]) -> [RawText] {
        let last = Array(given.suffix(parsed.count))
        return last.map(\.text) == parsed ? last : parsed.map { RawText($0) }
    }

    static var given: [RawText] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { RawText(bytes: String.bytes(of: $0)) }
        }
    }

    static func environment() -> [RawText] {
        if let file = FileHandle(forReadingAtPath: "/proc/self/environ"), let data = try? file.readToEnd() {
            return data.split(separator: 0).map { RawText(bytes: $0) }
        }
        return ProcessInfo.processInfo.environment.map { RawText("\($0.key)=\($0.value)") }
    }
}

extension String {
    fileprivate static func bytes(of pointer: UnsafeMutablePointer<CChar>) -> [UInt8] {
        UnsafeBufferPointer(start: pointer, count: strlen(pointer)).map { UInt8(bitPattern: $0) }
    }
}
