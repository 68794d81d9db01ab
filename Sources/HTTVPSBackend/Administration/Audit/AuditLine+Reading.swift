import Foundation

extension AuditLine {
    init(_ text: String) throws(AuditFault) {
        guard let object = (try? JSONReader.value(of: Array(text.utf8)))?.object else { throw Self.unreadable }
        switch object["kind"]?.text {
        case "header" where object["format"]?.text == Self.format: self = .header
        case "event":
            guard let record = AuditRecord(object) else { throw Self.unreadable(object) }
            self = .event(record)
        case "block":
            guard let block = AuditBlock(object) else { throw Self.unreadable }
            self = .block(block)
        case "end": self = .end(object["head"]?.object.flatMap(AuditHead.init))
        default: throw Self.unreadable
        }
    }

    private static let unreadable = AuditFault(message: "a line of the file is none of an audit export")

    private static func unreadable(_ object: JSONObject) -> AuditFault {
        AuditFault(eventID: object["id"]?.text, message: "the event is not readable")
    }
}

extension AuditRecord {
    init?(_ object: JSONObject) {
        guard let id = object["id"]?.text, let actor = object["actor"]?.object, let kind = actor["kind"]?.text,
            let action = object["action"]?.text, let target = object["object"]?.object,
            let targetKind = target["kind"]?.text, let micros = object["created_at_us"]?.integer,
            let position = object["position"]?.integer, let keyID = object["key_id"]?.text,
            let mac = object["mac"]?.text.flatMap([UInt8].init(hex:))
        else { return nil }
        self.id = id
        self.position = position
        (actorKind, actorID, actorName) = (kind, actor["id"]?.text, actor["name"]?.text)
        self.action = action
        (objectKind, objectID) = (targetKind, target["id"]?.text)
        before = object["before"].flatMap { $0 == .null ? nil : $0 }
        after = object["after"].flatMap { $0 == .null ? nil : $0 }
        (requestID, traceID) = (object["request_id"]?.text, object["trace_id"]?.text)
        createdAt = Date(microseconds: micros)
        (self.keyID, self.mac) = (keyID, mac)
        guard object["created_at"] == .time(createdAt) else { return nil }
    }
}

extension AuditBlock {
    init?(_ object: JSONObject) {
        guard let number = object["number"]?.integer, let ids = object["event_ids"]?.texts,
            let leaves = object["leaves"]?.texts, let keyID = object["key_id"]?.text,
            let previousHash = object["previous_hash"]?.text.flatMap([UInt8].init(hex:)),
            let hash = object["hash"]?.text.flatMap([UInt8].init(hex:)),
            let mac = object["mac"]?.text.flatMap([UInt8].init(hex:)), let micros = object["sealed_at_us"]?.integer
        else { return nil }
        self.init(
            number: number, eventIDs: ids, leaves: leaves.compactMap([UInt8].init(hex:)), previousHash: previousHash,
            hash: hash, keyID: keyID, mac: mac, sealedAt: Date(microseconds: micros))
    }
}

extension AuditHead {
    init?(_ object: JSONObject) {
        guard let number = object["number"]?.integer, let last = object["last_event_id"]?.text,
            let hash = object["hash"]?.text.flatMap([UInt8].init(hex:)), let keyID = object["key_id"]?.text,
            let mac = object["mac"]?.text.flatMap([UInt8].init(hex:))
        else { return nil }
        self.init(number: number, hash: hash, lastEventID: last, keyID: keyID, mac: mac)
    }
}

extension JSONValue {
    fileprivate var integer: Int64? {
        if case .number(let number) = self { number.integer } else { nil }
    }

    fileprivate var texts: [String]? {
        guard case .array(let items) = self else { return nil }
        let texts = items.compactMap(\.text)
        return texts.count == items.count ? texts : nil
    }
}
