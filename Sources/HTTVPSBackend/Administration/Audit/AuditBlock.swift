import Foundation
import HTTVPSPostgres

struct AuditBlock: Equatable, Sendable {
    static let columns: SQLQuery = "number, event_ids, leaves, previous_hash, hash, key_id, mac, sealed_at"
    static let origin = [UInt8](repeating: 0, count: AuditRecord.digestLength)
    static let lostLeaf = [UInt8](repeating: 0, count: AuditRecord.digestLength)

    var number: Int64
    var eventIDs: [String]
    var leaves: [[UInt8]]
    var previousHash: [UInt8]
    var hash: [UInt8] = []
    var keyID = ""
    var mac: [UInt8] = []
    var sealedAt: Date

    init(after last: AuditHead?, eventIDs: [String], leaves: [[UInt8]], at moment: Date, by signature: AuditSignature) {
        number = (last?.number ?? 0) + 1
        self.eventIDs = eventIDs
        self.leaves = leaves
        previousHash = last?.hash ?? Self.origin
        sealedAt = moment
        hash = contentHash
        keyID = signature.keyID
        mac = signature.mac(of: hash)
    }

    init(
        number: Int64, eventIDs: [String], leaves: [[UInt8]], previousHash: [UInt8], hash: [UInt8], keyID: String,
        mac: [UInt8], sealedAt: Date
    ) {
        self.number = number
        self.eventIDs = eventIDs
        self.leaves = leaves
        self.previousHash = previousHash
        self.hash = hash
        self.keyID = keyID
        self.mac = mac
        self.sealedAt = sealedAt
    }

    init(_ row: PostgresRow) throws {
        self.init(
            number: try row.decode("number"), eventIDs: try row.decode("event_ids"), leaves: try row.decode("leaves"),
            previousHash: try row.decode("previous_hash"), hash: try row.decode("hash"),
            keyID: try row.decode("key_id"), mac: try row.decode("mac"), sealedAt: try row.decode("sealed_at"))
    }

    var contentHash: [UInt8] {
        var digest = AuditDigest("httvps audit block 1")
        digest.add(number)
        digest.add(previousHash)
        digest.add(sealedAt.microseconds)
        digest.add(Int64(eventIDs.count))
        for id in eventIDs { digest.add(id) }
        digest.add(Int64(leaves.count))
        for leaf in leaves { digest.add(leaf) }
        return digest.bytes
    }
}
