import HTTVPSPostgres

struct AuditHead: Equatable, Sendable {
    var number: Int64
    var hash: [UInt8]
    var lastEventID: String
    var keyID = ""
    var mac: [UInt8] = []

    init(_ block: AuditBlock, by signature: AuditSignature) {
        number = block.number
        hash = block.hash
        lastEventID = block.eventIDs.last ?? ""
        keyID = signature.keyID
        mac = signature.mac(of: digest)
    }

    init(number: Int64, hash: [UInt8], lastEventID: String, keyID: String, mac: [UInt8]) {
        self.number = number
        self.hash = hash
        self.lastEventID = lastEventID
        self.keyID = keyID
        self.mac = mac
    }

    init(_ row: PostgresRow) throws {
        self.init(
            number: try row.decode("number"), hash: try row.decode("hash"),
            lastEventID: try row.decode("last_event_id"), keyID: try row.decode("key_id"),
            mac: try row.decode("mac"))
    }

    var digest: [UInt8] {
        var digest = AuditDigest("httvps audit head 1")
        digest.add(number)
        digest.add(hash)
        digest.add(lastEventID)
        return digest.bytes
    }
}
