struct AuditVerifier {
    let signature: AuditSignature?
    let wantedHash: [UInt8]?
    private(set) var blocks: Int64 = 0
    private(set) var sealedEvents = 0
    private(set) var unsealedEvents = 0
    private(set) var lastHash = AuditBlock.origin
    private var lastEventID: String?
    private var hasOldEventsOnly = true
    private(set) var hasWantedHash = false

    init(signature: AuditSignature?, wantedHash: [UInt8]? = nil) {
        self.signature = signature
        self.wantedHash = wantedHash
    }

    mutating func check(_ block: AuditBlock, records: [String: AuditRecord]) throws(AuditFault) {
        let first = block.eventIDs.first
        guard block.number == blocks + 1 else {
            throw AuditFault(
                eventID: first, message: "block \(blocks + 1) of the audit log is missing before this event",
                concernsBlock: true)
        }
        let isWhole = isWhole(block)
        for (id, leaf) in zip(block.eventIDs, block.leaves) {
            guard let record = records[id] else {
                throw AuditFault(eventID: id, message: "the event is gone", concernsBlock: !isWhole)
            }
            guard record.leaf == leaf else { throw AuditFault(eventID: id, message: "the event was changed") }
            try checkSignature(record, mayBeOld: hasOldEventsOnly)
        }
        guard isWhole else {
            throw AuditFault(
                eventID: first, message: "block \(block.number) of the audit log, which begins here, was changed",
                concernsBlock: true)
        }
        hasOldEventsOnly = hasOldEventsOnly && block.eventIDs.allSatisfy { records[$0]?.isOld == true }
        blocks = block.number
        sealedEvents += block.eventIDs.count
        lastHash = block.hash
        lastEventID = block.eventIDs.last
        if block.hash == wantedHash { hasWantedHash = true }
    }

    mutating func checkUnsealed(_ id: String, _ record: AuditRecord?) throws(AuditFault) {
        guard let record else { throw AuditFault(eventID: id, message: "the event is gone") }
        try checkSignature(record, mayBeOld: hasOldEventsOnly)
        unsealedEvents += 1
    }

    func checkEnd(_ head: AuditHead?) throws(AuditFault) {
        guard let head else {
            guard blocks > 0 else { return }
            throw AuditFault(eventID: lastEventID, message: "the head of the audit log is gone behind this event")
        }
        if let signature, !signature.fits(head.mac, of: head.digest, keyID: head.keyID) {
            throw AuditFault(eventID: head.lastEventID, message: "the head of the audit log was changed")
        }
        guard head.number == blocks, head.hash == lastHash else {
            throw AuditFault(
                eventID: head.lastEventID,
                message: "the audit log ends with block \(blocks), but block \(head.number) was sealed",
                concernsBlock: true)
        }
        guard wantedHash == nil || hasWantedHash else {
            throw AuditFault(message: "no block of the audit log has the hash that was asked for")
        }
    }

    private func isWhole(_ block: AuditBlock) -> Bool {
        guard block.previousHash == lastHash, block.leaves.count == block.eventIDs.count, !block.eventIDs.isEmpty,
            block.contentHash == block.hash
        else { return false }
        return signature?.fits(block.mac, of: block.hash, keyID: block.keyID) ?? true
    }

    private func checkSignature(_ record: AuditRecord, mayBeOld: Bool) throws(AuditFault) {
        if mayBeOld, record.isOld { return }
        guard let signature else { return }
        guard signature.fits(record.mac, of: record.digest, keyID: record.keyID) else {
            throw AuditFault(eventID: record.id, message: "the event was not written by the backend, or was changed")
        }
    }
}
