import DequeModule

package struct EndedStream: Equatable, Sendable {
    package var id: StreamID
    package var isNormal: Bool

    package init(id: StreamID, isNormal: Bool) {
        self.id = id
        self.isNormal = isNormal
    }
}

extension Multiplexer {
    package var listedStreams: [StreamOffset] {
        streams.compactMap { id, stream in
            id.number.map { StreamOffset(streamID: UInt64($0), received: stream.received) }
        }.sorted { $0.streamID < $1.streamID }
    }

    package var highestID: UInt64? { history.highestNumber.map(UInt64.init) }

    package var hasRepeats: Bool { !waitingRepeats.isEmpty || !waitingCloses.isEmpty }

    package func hasRepeats(on id: StreamID) -> Bool { streams[id]?.hasRepeats ?? false }

    package mutating func resume(listed: [StreamOffset], lastStreamID: UInt64?) -> [EndedStream] {
        waitingRepeats = []
        waitingCloses = []
        waitingOpens = []
        var ended = endAssociations().map { EndedStream(id: $0, isNormal: false) }
        let offsets = Dictionary(listed.map { ($0.streamID, $0.received) }) { first, _ in first }
        let numbers = streams.keys.compactMap(\.number).sorted()
        for number in numbers {
            let id = StreamID.number(number)
            if let offset = offsets[UInt64(number)] {
                resume(id, from: offset, &ended)
            } else if configuration.role == .client, lastStreamID.map({ UInt64(number) > $0 }) ?? true {
                if !repeatOpen(id) { end(id, &ended) }
            } else {
                end(id, &ended)
            }
        }
        return ended
    }

    package mutating func nextRepeat(maxPayload: Int) -> Frame? {
        if let id = waitingCloses.popFirst() { return .streamClose(id, .internal, message: "the resume failed") }
        while let id = waitingRepeats.first {
            let frame = changeOwn(id) { $0.nextRepeat(of: id, maxPayload: maxPayload) } ?? nil
            waitingOpens.remove(id)
            forgetIfOver(id)
            if let frame { return frame }
            waitingRepeats.removeFirst()
        }
        return nil
    }

    @discardableResult
    mutating func repeatOpen(_ id: StreamID) -> Bool {
        guard changeOwn(id, { $0.repeatOpen() }) == .repeats else { return false }
        waitingRepeats.append(id)
        waitingOpens.insert(id)
        return true
    }

    private mutating func resume(_ id: StreamID, from offset: UInt64, _ ended: inout [EndedStream]) {
        switch changeOwn(id, { $0.resume(from: offset) }) {
        case .repeats: waitingRepeats.append(id)
        case .forgotten: remove(id)
        case .over:
            if configuration.role == .client { waitingCloses.append(id) }
            end(id, &ended)
        case .ready, nil: break
        }
    }

    private mutating func end(_ id: StreamID, _ ended: inout [EndedStream]) {
        guard let stream = remove(id) else { return }
        ended.append(EndedStream(id: id, isNormal: stream.isOver))
    }
}
