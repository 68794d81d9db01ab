import HTTVPSObservability
import HTTVPSProtocol

enum CounterFileLayout {
    static let headerSize = 4_096
    static let slotSize = 256
    static let slotCount = 4_096
    static let fileSize = headerSize + slotSize * slotCount
    static let free: Int64 = 0
    static let used: Int64 = 1

    enum Word: Int, CaseIterable {
        case state = 0
        case bytesUp = 8
        case bytesDown = 16
        case streamsOpened = 24
        case seq = 32
        case endedAt = 40
    }

    private static let mark = Array("HTTVPS usage 1\n\0".utf8)
    private static let checksumOffset = 48
    private static let sessionID = Field(offset: 96, capacity: 160)
    private static let closeReason = Field(offset: 52, capacity: 44)
    private static let epoch = Field(offset: 16, capacity: 160)
    private static let headerChecksumOffset = 176

    private struct Field {
        var offset: Int
        var capacity: Int

        func encode(_ text: String) -> [UInt8]? {
            let bytes = Array(text.utf8)
            guard !bytes.isEmpty, bytes.count < capacity else { return nil }
            return [UInt8(bytes.count)] + bytes
        }

        func decode(_ bytes: ArraySlice<UInt8>) -> String? {
            let start = bytes.startIndex + offset
            let length = Int(bytes[start])
            guard length > 0, length < capacity else { return nil }
            return String(validating: bytes[(start + 1)..<(start + 1 + length)], as: UTF8.self)
        }
    }

    static func offset(ofSlot index: Int) -> Int { headerSize + index * slotSize }

    static func header(epoch text: String) -> [UInt8] {
        var bytes = mark + (epoch.encode(text) ?? [])
        bytes += Array(repeating: 0, count: headerChecksumOffset - bytes.count)
        bytes += checksum(bytes[...])
        return bytes + Array(repeating: 0, count: headerSize - bytes.count)
    }

    static func identity(_ text: String) -> (offset: Int, bytes: [UInt8])? {
        guard let name = sessionID.encode(text) else { return nil }
        return (sessionID.offset, name)
    }

    static func identityChecksum(_ text: String) -> (offset: Int, bytes: [UInt8]) {
        (checksumOffset, checksum(Array(text.utf8)[...]))
    }

    static func reason(_ text: String) -> (offset: Int, bytes: [UInt8]) {
        (closeReason.offset, closeReason.encode(text) ?? [0])
    }

    static func decode(_ bytes: [UInt8]) -> (epoch: String, sessions: [SessionUsage])? {
        guard bytes.count >= headerSize, bytes.starts(with: mark), let epoch = epoch.decode(bytes[...]),
            checksum(bytes[..<headerChecksumOffset]).elementsEqual(
                bytes[headerChecksumOffset..<headerChecksumOffset + 4])
        else { return nil }
        let count = (bytes.count - headerSize) / slotSize
        let sessions = (0..<count).compactMap { index in
            let start = offset(ofSlot: index)
            return usage(bytes[start..<start + slotSize])
        }
        return (epoch, sessions)
    }

    private static func usage(_ slot: ArraySlice<UInt8>) -> SessionUsage? {
        guard word(.state, slot) == used, let name = sessionID.decode(slot),
            identityChecksum(name).bytes.elementsEqual(slot[(slot.startIndex + checksumOffset)...].prefix(4))
        else { return nil }
        let endedAt = word(.endedAt, slot)
        return SessionUsage(
            sessionID: name, seq: word(.seq, slot), bytesUp: word(.bytesUp, slot), bytesDown: word(.bytesDown, slot),
            streamsOpened: word(.streamsOpened, slot), final: endedAt == 0 ? nil : true,
            endedAt: endedAt == 0 ? nil : Timestamp(millisecondsSinceEpoch: endedAt).description,
            closeReason: endedAt == 0 ? nil : closeReason.decode(slot))
    }

    private static func word(_ word: Word, _ slot: ArraySlice<UInt8>) -> Int64 {
        slot.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: word.rawValue, as: Int64.self) }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        withUnsafeBytes(of: CRC32.of(bytes).littleEndian) { Array($0) }
    }
}
