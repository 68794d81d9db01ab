import Foundation

enum JournalLine {
    static func encode(_ entry: JournalEntry) throws -> [UInt8] {
        let json = [UInt8](try JSONEncoder().encode(entry))
        return checksum(json[...]) + [UInt8(ascii: " ")] + json + [UInt8(ascii: "\n")]
    }

    static func decode(_ line: ArraySlice<UInt8>) -> JournalEntry? {
        let json = line.dropFirst(9)
        guard !json.isEmpty, line.prefix(9).elementsEqual(checksum(json) + [UInt8(ascii: " ")]) else { return nil }
        return try? JSONDecoder().decode(JournalEntry.self, from: Data(json))
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let text = String(CRC32.of(bytes), radix: 16)
        return Array((String(repeating: "0", count: 8 - text.utf8.count) + text).utf8)
    }
}
