package import NIOCore

extension Multiplexer {
    mutating func receiveOpen(_ id: StreamID, _ target: TargetAddress?, _ data: ByteBuffer, _ now: NIODeadline)
        throws(TunnelError) -> OnFrame
    {
        if isKnown(id) {
            guard case .name = id else { throw TunnelError(.badFrame, "stream_open with a used id") }
            let ended = remove(id) != nil || associations.remove(id) != nil
            return refusal(id, .duplicateStream, "the stream id was used before", ending: ended ? id : nil)
        }
        history.insert(id)
        if let refusal = refusalOfNew(id, target) { return refusal }
        guard let target else { return .ignored }
        var stream = newStream()
        _ = try stream.receiveData(data.readableBytes, at: now)
        insert(stream, as: id)
        return .open(id, target, data: data)
    }

    mutating func receiveOpened(_ id: StreamID) -> OnFrame {
        if let first = streams[id]?.receiveOpened() { return first ? .opened(id) : .ignored }
        return associations.contains(id) ? .ignored : answerMissing(id)
    }

    mutating func receiveData(_ id: StreamID, _ data: ByteBuffer, _ now: NIODeadline) throws(TunnelError) -> OnFrame {
        guard let stream = try openStream(id) else { return answerMissing(id) }
        guard !stream.isOver else { return .ignored }
        let update = try change(id) { stream throws(TunnelError) in try stream.receiveData(data.readableBytes, at: now)
        }
        guard data.readableBytes > 0 else { return .ignored }
        return .data(id, data, acknowledgement: (update ?? nil).map { Self.window(id, $0) })
    }

    mutating func receiveFinish(_ id: StreamID) throws(TunnelError) -> OnFrame {
        guard try openStream(id) != nil else { return answerMissing(id) }
        guard case .finished(let update) = try change(id, { $0.receiveFinish() }) else { return .ignored }
        forgetIfOver(id)
        return .finish(id, acknowledgement: update.map { Self.window(id, $0) })
    }

    mutating func receiveClose(_ id: StreamID, _ reason: StreamCloseReason, _ message: String) -> OnFrame {
        if associations.remove(id) != nil { return .closed(id, reason, message: message) }
        guard let stream = remove(id), !stream.isOver else { return .ignored }
        return .closed(id, reason, message: message)
    }

    mutating func receiveWindow(_ id: StreamID, _ received: UInt64, _ limit: UInt64) throws(TunnelError) -> OnFrame {
        guard let stream = try openStream(id) else { return answerMissing(id) }
        try change(id) { stream throws(TunnelError) in try stream.receiveWindow(received: received, limit: limit) }
        forgetIfOver(id)
        return stream.isOver ? .ignored : .credit(id)
    }

    private func openStream(_ id: StreamID) throws(TunnelError) -> StreamStateMachine? {
        guard !associations.contains(id) else {
            throw TunnelError(.badFrame, "a frame of a stream for an association")
        }
        return streams[id]
    }

    mutating func forgetIfOver(_ id: StreamID) {
        if streams[id]?.isForgotten == true { remove(id) }
    }
}

extension Multiplexer {
    package mutating func openStream(to target: TargetAddress, data: ByteBuffer = ByteBuffer()) throws(OpenRefusal)
        -> StreamID
    {
        let id = try takeID()
        var stream = newStream(to: target)
        stream.sendData(data)
        insert(stream, as: id)
        if !waitingOpens.isEmpty { repeatOpen(id) }
        return id
    }

    package func isOpen(_ id: StreamID) -> Bool {
        streams[id].map { !$0.isOver } ?? associations.contains(id)
    }

    package func retainedBytes(on id: StreamID) -> Int { streams[id]?.load.retained ?? 0 }

    package func mayWrite(_ id: StreamID) -> Bool { streams[id]?.mayWrite ?? false }

    package func credit(_ id: StreamID) -> Int { streams[id]?.credit ?? 0 }

    package mutating func sendOpened(on id: StreamID) -> Frame? {
        changeOwn(id) { $0.sendOpened() }?.map { Self.window(id, $0) }
    }

    package mutating func sendData(_ data: ByteBuffer, on id: StreamID) { changeOwn(id) { $0.sendData(data) } }

    package mutating func sendFinish(on id: StreamID) -> Bool {
        guard changeOwn(id, { $0.sendFinish() }) == true else { return false }
        forgetIfOver(id)
        return true
    }

    package mutating func consume(_ count: Int, on id: StreamID, at now: NIODeadline = .now()) -> Frame? {
        let growth = growth(of: id, at: now)
        return changeOwn(id) { $0.consume(count, growth) }?.map { Self.window(id, $0) }
    }

    package mutating func close(_ id: StreamID) -> Bool {
        if associations.remove(id) != nil { return true }
        guard let stream = streams[id], !stream.isOver else { return false }
        remove(id)
        return true
    }
}
