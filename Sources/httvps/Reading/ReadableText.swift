enum ReadableText {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static func of(_ bytes: some Collection<UInt8>, from source: String) throws(ExitStatus.Failure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ExitStatus.Failure(status: .usage, message: "\(source) is not UTF-8 text")
        }
        return text
    }

    static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
    }
}
