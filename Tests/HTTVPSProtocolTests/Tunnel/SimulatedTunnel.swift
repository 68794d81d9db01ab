import NIOCore
import Testing

@testable import HTTVPSProtocol

struct SimulatedTunnel {
    private static let maxPayload = 16_384

    private let encoding: FrameEncoding
    private let target: TargetAddress
    private var random: Seeded
    private var ends: [TunnelRole: SimulatedEnd] = [:]
    private(set) var finishedDirections = 0
    private(set) var updates = 0

    init(capabilities: Capabilities, seed: UInt64) throws {
        encoding = FrameEncoding(capabilities)
        target = try #require(TargetAddress("example.com:443"))
        random = Seeded(seed)
        for role in [TunnelRole.client, .gateway] {
            ends[role] = SimulatedEnd(
                multiplexer: Multiplexer(
                    configuration: .init(role: role, capabilities: capabilities, maxStreams: 6, initialWindow: 1_000)))
        }
    }

    func activeStreams(_ role: TunnelRole) -> Int { ends[role]?.multiplexer.activeStreams ?? 0 }

    mutating func step() throws {
        let role: TunnelRole = random.chance(2) ? .client : .gateway
        switch random.below(100) {
        case 0..<8: open()
        case 8..<40: choose(role).map { write(role, $0) }
        case 40..<60: choose(role).map { consume(role, $0, all: false) }
        case 60..<64: choose(role).map { finish(role, $0) }
        case 64: choose(role).map { close(role, $0) }
        default: try deliver(to: role)
        }
        for end in ends.values {
            for id in end.multiplexer.openIDs { #expect(end.multiplexer.credit(id) >= 0) }
        }
    }

    mutating func windDown() throws {
        for _ in 0..<100 {
            for role in [TunnelRole.client, .gateway] {
                for id in ends[role]?.openIDs ?? [] {
                    consume(role, id, all: true)
                    finish(role, id)
                }
                while ends[role]?.incoming.isEmpty == false { try deliver(to: role) }
            }
        }
    }

    private mutating func choose(_ role: TunnelRole) -> StreamID? {
        ends[role]?.openIDs.randomElement(using: &random)
    }

    private mutating func open() {
        guard let id = try? ends[.client]?.multiplexer.openStream(to: target) else { return }
        let data = takeData(.client, id)
        send(.streamOpen(id, target: target, data: data), from: .client)
    }

    private mutating func write(_ role: TunnelRole, _ id: StreamID) {
        guard ends[role]?.multiplexer.mayWrite(id) == true else { return }
        send(.streamData(id, takeData(role, id)), from: role)
    }

    private mutating func takeData(_ role: TunnelRole, _ id: StreamID) -> ByteBuffer {
        let credit = ends[role]?.multiplexer.credit(id) ?? 0
        let count = random.below(min(credit, 400) + 1)
        let start = ends[role]?.written[id] ?? 0
        ends[role]?.written[id] = start + count
        let data = Self.pattern(role, id, start, count)
        ends[role]?.multiplexer.sendData(data, on: id)
        return data
    }

    private mutating func consume(_ role: TunnelRole, _ id: StreamID, all: Bool) {
        let waiting = ends[role]?.unconsumed[id] ?? 0
        let count = all ? waiting : random.below(waiting + 1)
        ends[role]?.unconsumed[id] = waiting - count
        guard let update = ends[role]?.multiplexer.consume(count, on: id) else { return }
        updates += 1
        send(update, from: role)
    }

    private mutating func finish(_ role: TunnelRole, _ id: StreamID) {
        guard ends[role]?.multiplexer.sendFinish(on: id) == true else { return }
        send(.streamFinish(id), from: role)
    }

    private mutating func close(_ role: TunnelRole, _ id: StreamID) {
        guard ends[role]?.multiplexer.close(id) == true else { return }
        send(.streamClose(id, .internal, message: "closed"), from: role)
    }

    private mutating func send(_ frame: Frame, from role: TunnelRole) {
        var message = ByteBuffer()
        encoding.encode(frame, into: &message)
        ends[role.peer]?.incoming.append(message)
    }

    private mutating func deliver(to role: TunnelRole) throws {
        guard let message = ends[role]?.incoming.popFirst() else { return }
        let frame = try #require(try encoding.decode(message, maxPayload: Self.maxPayload))
        switch try #require(try ends[role]?.multiplexer.receive(frame)) {
        case .open(let id, let target, let data):
            #expect(target == self.target)
            receive(role, id, data)
            send(.streamOpened(id), from: role)
            ends[role]?.multiplexer.sendOpened(on: id).map { send($0, from: role) }
        case .data(let id, let data, let acknowledgement):
            acknowledgement.map { send($0, from: role) }
            receive(role, id, data)
        case .finish(let id, let acknowledgement):
            #expect(ends[role]?.read[id, default: 0] == ends[role.peer]?.written[id, default: 0])
            finishedDirections += 1
            acknowledgement.map { send($0, from: role) }
        case .ignored, .opened, .closed, .credit: break
        case let unexpected: Issue.record("an honest peer got \(unexpected)")
        }
    }

    private mutating func receive(_ role: TunnelRole, _ id: StreamID, _ data: ByteBuffer) {
        let start = ends[role]?.read[id] ?? 0
        #expect(data == Self.pattern(role.peer, id, start, data.readableBytes))
        ends[role]?.read[id] = start + data.readableBytes
        ends[role]?.unconsumed[id, default: 0] += data.readableBytes
    }

    private static func pattern(_ role: TunnelRole, _ id: StreamID, _ start: Int, _ count: Int) -> ByteBuffer {
        let base = (role == .client ? 0 : 128) + (Int(id.description) ?? 0)
        return ByteBuffer(bytes: (start..<start + count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ base) })
    }
}

struct SimulatedEnd {
    var multiplexer: Multiplexer
    var incoming: [ByteBuffer] = []
    var written: [StreamID: Int] = [:]
    var read: [StreamID: Int] = [:]
    var unconsumed: [StreamID: Int] = [:]

    var openIDs: [StreamID] { multiplexer.openIDs.sorted { $0.description < $1.description } }
}

extension [ByteBuffer] {
    mutating func popFirst() -> ByteBuffer? { isEmpty ? nil : removeFirst() }
}
