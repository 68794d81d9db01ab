import Foundation

enum AuditLine {
    case header
    case event(AuditRecord)
    case block(AuditBlock)
    case end(AuditHead?)

    static let format = "httvps audit 1"

    var text: String { JSONWriter.text(of: json) }

    private var json: JSONValue {
        switch self {
        case .header: ["kind": "header", "format": .string(Self.format)]
        case .event(let record): Self.json(record)
        case .block(let block): Self.json(block)
        case .end(let head): ["kind": "end", "head": head.map(Self.json) ?? .null]
        }
    }

    private static func json(_ record: AuditRecord) -> JSONValue {
        var object = JSONObject([("kind", "event")])
        for member in record.json.members { object[member.name] = member.value }
        object["created_at_us"] = .integer(record.createdAt.microseconds)
        object["position"] = .integer(record.position)
        object["key_id"] = .string(record.keyID)
        object["mac"] = .string(record.mac.hex)
        return .object(object)
    }

    private static func json(_ block: AuditBlock) -> JSONValue {
        [
            "kind": "block", "number": .integer(block.number), "from": .optional(block.eventIDs.first),
            "to": .optional(block.eventIDs.last), "count": .integer(block.eventIDs.count),
            "event_ids": .array(block.eventIDs.map(JSONValue.string)),
            "leaves": .array(block.leaves.map { .string($0.hex) }), "previous_hash": .string(block.previousHash.hex),
            "hash": .string(block.hash.hex), "key_id": .string(block.keyID), "mac": .string(block.mac.hex),
            "sealed_at_us": .integer(block.sealedAt.microseconds),
        ]
    }

    private static func json(_ head: AuditHead) -> JSONValue {
        [
            "number": .integer(head.number), "hash": .string(head.hash.hex),
            "last_event_id": .string(head.lastEventID), "key_id": .string(head.keyID), "mac": .string(head.mac.hex),
        ]
    }
}
