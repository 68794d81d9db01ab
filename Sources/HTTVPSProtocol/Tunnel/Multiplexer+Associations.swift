import NIOCore

extension Multiplexer {
    mutating func receiveDatagram(_ id: StreamID, _ target: TargetAddress?, _ data: ByteBuffer) throws(TunnelError)
        -> OnFrame
    {
        if let stream = streams[id] {
            guard stream.isOver else { throw TunnelError(.badFrame, "a datagram for a stream") }
            return .ignored
        }
        if associations.contains(id) { return receiveDatagram(of: id, target, data) }
        guard !history.contains(id) else { return .ignored }
        guard configuration.role == .gateway else { return answerMissing(id) }
        history.insert(id)
        if let refusal = refusalOfNew(id, target) { return refusal }
        guard let target else { return .ignored }
        associations.insert(id)
        return .datagram(id, target, data, begins: true)
    }

    private mutating func receiveDatagram(of id: StreamID, _ target: TargetAddress?, _ data: ByteBuffer) -> OnFrame {
        if let target { return .datagram(id, target, data, begins: false) }
        guard configuration.role == .gateway else { return .ignored }
        associations.remove(id)
        return refusal(id, .badTarget, "the target names no possible host and port", ending: id)
    }

    package mutating func openAssociation() throws(OpenRefusal) -> StreamID {
        let id = try takeID()
        associations.insert(id)
        return id
    }

    package func mayBeginAssociation() -> Bool { waitingOpens.isEmpty }

    package mutating func endAssociations() -> [StreamID] {
        defer { associations = [] }
        return Array(associations)
    }
}
