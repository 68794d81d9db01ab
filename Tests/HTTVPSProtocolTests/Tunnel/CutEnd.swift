import NIOCore
import Testing

@testable import HTTVPSProtocol

struct CutEnd {
    private static let pattern = ByteBuffer(bytes: (0..<4_096).map { UInt8($0 % 251) })

    var multiplexer: Multiplexer
    var incoming: [Frame] = []
    var written: [StreamID: Int] = [:]
    var read: [StreamID: Int] = [:]
    var unconsumed: [StreamID: Int] = [:]
    var opened: Set<StreamID> = []
    var sentFinish: Set<StreamID> = []
    var gotFinish: Set<StreamID> = []
    var closed: Set<StreamID> = []

    var openIDs: [StreamID] {
        multiplexer.streams.filter { !$0.value.isOver }.keys.sorted { ($0.number ?? 0) < ($1.number ?? 0) }
    }

    var isConsistent: Bool {
        let loads = multiplexer.streams.values.map(\.load)
        return multiplexer.retainedBytes == loads.reduce(0) { $0 + $1.retained }
            && multiplexer.extendedBytes == loads.reduce(0) { $0 + $1.extended }
    }

    mutating func takeData(_ role: TunnelRole, _ id: StreamID, _ count: Int) -> ByteBuffer {
        defer { written[id, default: 0] += count }
        return Self.piece(role, id, written[id] ?? 0, count)
    }

    mutating func deliver(from sender: TunnelRole, _ id: StreamID, _ data: ByteBuffer) {
        let start = read[id] ?? 0
        #expect(!gotFinish.contains(id))
        #expect(data == Self.piece(sender, id, start, data.readableBytes))
        read[id] = start + data.readableBytes
        unconsumed[id, default: 0] += data.readableBytes
    }

    mutating func finish(_ id: StreamID) {
        let isFirst = gotFinish.insert(id).inserted
        #expect(isFirst, "a finish was seen twice")
    }

    mutating func close(_ id: StreamID) {
        let isFirst = closed.insert(id).inserted
        #expect(isFirst, "an end was seen twice")
    }

    private static func piece(_ role: TunnelRole, _ id: StreamID, _ start: Int, _ count: Int) -> ByteBuffer {
        let base = (role == .client ? 0 : 128) + Int(id.number ?? 0)
        return pattern.getSlice(at: (start + base) % 251, length: count) ?? ByteBuffer()
    }
}
