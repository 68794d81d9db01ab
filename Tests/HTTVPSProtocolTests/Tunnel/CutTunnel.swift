import NIOCore
import Testing

@testable import HTTVPSProtocol

struct CutTunnel {
    static let maxStreams = 6
    static let initialWindow = 1_000
    static let sessionBuffer = 9_000
    private static let longest = 700

    private let target: TargetAddress
    private var random: Seeded
    private var now = NIODeadline.uptimeNanoseconds(0)
    private var isUp = true
    private(set) var ends: [TunnelRole: CutEnd] = [:]
    private(set) var resumes = 0
    private(set) var mostRetained = 0

    init(seed: UInt64) throws {
        target = try #require(TargetAddress("example.com:443"))
        random = Seeded(seed)
        for role in [TunnelRole.client, .gateway] {
            var multiplexer = Multiplexer(
                configuration: .init(
                    role: role, capabilities: [.binary, .flowControl, .datagram, .resume],
                    maxStreams: Self.maxStreams, initialWindow: Self.initialWindow, maximumWindow: 8_000,
                    sessionBuffer: Self.sessionBuffer))
            multiplexer.roundTrip = .seconds(1)
            ends[role] = CutEnd(multiplexer: multiplexer)
        }
    }

    mutating func step() throws {
        now = now + .milliseconds(Int64(random.below(400)))
        let role: TunnelRole = random.chance(2) ? .client : .gateway
        switch random.below(100) {
        case 0..<8: open()
        case 8..<34: choose(role).map { write(role, $0) }
        case 34..<50: choose(role).map { consume(role, $0, all: random.chance(2)) }
        case 50..<55: choose(role).map { finish(role, $0) }
        case 55: choose(role).map { close(role, $0) }
        case 56: datagram()
        case 57..<60: isUp ? cut() : resume()
        case 60..<66: sendRepeats(role, 1 + random.below(3))
        default: try deliver(to: role)
        }
        for end in ends.values {
            #expect(end.isConsistent)
            mostRetained = max(mostRetained, end.multiplexer.retainedBytes)
            #expect(end.multiplexer.extendedBytes <= Self.sessionBuffer)
        }
    }

    mutating func windDown() throws {
        if !isUp { resume(lossless: true) }
        for _ in 0..<60 {
            for role in [TunnelRole.client, .gateway] {
                sendRepeats(role, .max)
                for id in ends[role]?.openIDs ?? [] {
                    consume(role, id, all: true)
                    finish(role, id)
                }
                while ends[role]?.incoming.isEmpty == false { try deliver(to: role) }
            }
        }
    }
}

extension CutTunnel {
    private mutating func choose(_ role: TunnelRole) -> StreamID? {
        ends[role]?.openIDs.randomElement(using: &random)
    }

    private mutating func open() {
        guard let expected = nextID() else { return }
        let data = ends[.client]?.takeData(.client, expected, random.below(Self.longest)) ?? ByteBuffer()
        guard let id = try? ends[.client]?.multiplexer.openStream(to: target, data: data) else { return }
        #expect(id == expected)
        ends[.client]?.opened.insert(id)
        guard ends[.client]?.multiplexer.hasRepeats(on: id) == false else { return }
        send(.streamOpen(id, target: target, data: data), from: .client)
    }

    private func nextID() -> StreamID? {
        guard var copy = ends[.client]?.multiplexer else { return nil }
        return try? copy.openStream(to: target)
    }

    private mutating func write(_ role: TunnelRole, _ id: StreamID) {
        guard isReady(role, id), ends[role]?.multiplexer.mayWrite(id) == true else { return }
        let count = random.below(min(ends[role]?.multiplexer.credit(id) ?? 0, Self.longest) + 1)
        guard let data = ends[role]?.takeData(role, id, count), count > 0 else { return }
        ends[role]?.multiplexer.sendData(data, on: id)
        send(.streamData(id, data), from: role)
    }

    private mutating func consume(_ role: TunnelRole, _ id: StreamID, all: Bool) {
        let waiting = ends[role]?.unconsumed[id] ?? 0
        let count = all ? waiting : random.below(waiting + 1)
        guard isReady(role, id) else { return }
        ends[role]?.unconsumed[id] = waiting - count
        ends[role]?.multiplexer.consume(count, on: id, at: now).map { send($0, from: role) }
    }

    private mutating func finish(_ role: TunnelRole, _ id: StreamID) {
        guard isReady(role, id), ends[role]?.sentFinish.insert(id).inserted == true else { return }
        guard ends[role]?.multiplexer.sendFinish(on: id) == true else { return }
        send(.streamFinish(id), from: role)
    }

    private mutating func close(_ role: TunnelRole, _ id: StreamID) {
        guard ends[role]?.multiplexer.close(id) == true else { return }
        ends[role]?.close(id)
        send(.streamClose(id, .internal, message: "closed"), from: role)
    }

    private mutating func datagram() {
        guard ends[.client]?.multiplexer.mayBeginAssociation() == true,
            let id = try? ends[.client]?.multiplexer.openAssociation()
        else { return }
        send(.datagram(id, target: target, data: ByteBuffer(string: "query")), from: .client)
        guard random.chance(2), ends[.client]?.multiplexer.close(id) == true else { return }
        send(.streamClose(id, .normal, message: ""), from: .client)
    }

    private func isReady(_ role: TunnelRole, _ id: StreamID) -> Bool {
        role == .client || ends[role]?.opened.contains(id) == true
    }

    private mutating func send(_ frame: Frame, from role: TunnelRole) {
        if isUp { ends[role.peer]?.incoming.append(frame) }
    }
}

extension CutTunnel {
    private mutating func cut() {
        isUp = false
        for role in [TunnelRole.client, .gateway] {
            let count = ends[role]?.incoming.count ?? 0
            let lost = random.below(count + 1)
            ends[role]?.incoming.removeLast(lost)
        }
    }

    private mutating func resume(lossless: Bool = false) {
        resumes += 1
        for role in [TunnelRole.client, .gateway] { ends[role]?.incoming = [] }
        let hello = ends[.client]?.multiplexer.listedStreams ?? []
        end(.gateway, ends[.gateway]?.multiplexer.resume(listed: hello, lastStreamID: nil) ?? [])
        if !lossless, random.chance(4) { return }
        let answer = ends[.gateway]?.multiplexer.listedStreams ?? []
        isUp = true
        if random.chance(2) { sendRepeats(.gateway, random.below(4)) }
        let highest = ends[.gateway]?.multiplexer.highestID
        end(.client, ends[.client]?.multiplexer.resume(listed: answer, lastStreamID: highest) ?? [])
    }

    private mutating func end(_ role: TunnelRole, _ ended: [EndedStream]) {
        for stream in ended where ends[role]?.opened.contains(stream.id) == true {
            if stream.isNormal {
                #expect(ends[role]?.gotFinish.contains(stream.id) == true)
                #expect(ends[role]?.sentFinish.contains(stream.id) == true)
            } else {
                ends[role]?.close(stream.id)
            }
        }
    }

    private mutating func sendRepeats(_ role: TunnelRole, _ count: Int) {
        var left = count
        while isUp, left > 0, let frame = ends[role]?.multiplexer.nextRepeat(maxPayload: 300) {
            send(frame, from: role)
            left -= 1
        }
    }

    private mutating func deliver(to role: TunnelRole) throws {
        guard let frame = ends[role]?.incoming.first else { return }
        ends[role]?.incoming.removeFirst()
        guard let result = try ends[role]?.multiplexer.receive(frame, at: now) else { return }
        switch result {
        case .open(let id, _, let data): opened(id, data)
        case .data(let id, let data, let acknowledgement):
            ends[role]?.deliver(from: role.peer, id, data)
            acknowledgement.map { send($0, from: role) }
        case .finish(let id, let acknowledgement):
            ends[role]?.finish(id)
            acknowledgement.map { send($0, from: role) }
        case .closed(let id, _, _): if ends[role]?.opened.contains(id) == true { ends[role]?.close(id) }
        case .refuse(let answer, _): send(answer, from: role)
        case .datagram(let id, let target, let data, _):
            if role == .gateway { send(.datagram(id, target: target, data: data), from: role) }
        case .ignored, .opened, .credit: break
        case let unexpected: Issue.record("an honest peer got \(unexpected)")
        }
    }

    private mutating func opened(_ id: StreamID, _ data: ByteBuffer) {
        ends[.gateway]?.opened.insert(id)
        ends[.gateway]?.deliver(from: .client, id, data)
        send(.streamOpened(id), from: .gateway)
        ends[.gateway]?.multiplexer.sendOpened(on: id).map { send($0, from: .gateway) }
    }
}
