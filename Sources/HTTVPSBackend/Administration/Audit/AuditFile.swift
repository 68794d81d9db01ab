import Foundation
package import HTTVPSObservability

package struct AuditFile: Sendable {
    private static let chunk = 1 << 20

    private let path: String
    private let signature: AuditSignature?

    package init(path: String, secret: Secret?) {
        self.path = path
        signature = secret.map { AuditSignature(keys: KeyRing(secret: $0)) }
    }

    package func verify(wantedHash: [UInt8]? = nil) throws -> AuditInspection.Report {
        var verifier = AuditVerifier(signature: signature, wantedHash: wantedHash)
        var open: [AuditRecord] = []
        var isFirst = true
        var hasEnded = false
        try forEachLine { text in
            let line = try AuditLine(text)
            if case .header = line {} else if isFirst { throw Self.noExport }
            isFirst = false
            guard !hasEnded else { throw AuditFault(message: "the file goes on behind its end") }
            switch line {
            case .header: break
            case .event(let record): open.append(record)
            case .block(let block):
                try Self.check(block, open, &verifier)
                open = []
            case .end(let head):
                try verifier.checkEnd(head)
                hasEnded = true
            }
        }
        guard !isFirst else { throw Self.noExport }
        guard hasEnded else {
            throw AuditFault(eventID: open.last?.id, message: "the file ends early: its last lines are missing")
        }
        for record in open { try verifier.checkUnsealed(record.id, record) }
        return AuditInspection.Report(verifier)
    }

    private static let noExport = AuditFault(message: "the file is no audit export")

    private static func check(
        _ block: AuditBlock, _ records: [AuditRecord], _ verifier: inout AuditVerifier
    ) throws(AuditFault) {
        let named = Set(block.eventIDs)
        if let stray = records.first(where: { !named.contains($0.id) }) {
            throw AuditFault(eventID: stray.id, message: "the event is in no block")
        }
        for (record, id) in zip(records, block.eventIDs) where record.id != id {
            throw AuditFault(
                eventID: records.contains { $0.id == id } ? record.id : id,
                message: "the event is gone or out of its place")
        }
        let found = Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        try verifier.check(block, records: found)
        if records.count > block.eventIDs.count {
            throw AuditFault(eventID: records.last?.id, message: "the event stands twice in its block")
        }
    }

    private func forEachLine(_ body: (String) throws -> Void) throws {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        var rest: [UInt8] = []
        while let chunk = try handle.read(upToCount: Self.chunk), !chunk.isEmpty {
            let lines = (rest + chunk).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for line in lines.dropLast() { try body(String(decoding: line, as: UTF8.self)) }
            rest = Array(lines.last ?? [])
        }
        if !rest.isEmpty { try body(String(decoding: rest, as: UTF8.self)) }
    }
}
