import Foundation

struct SessionTotals: Equatable, Sendable {
    var up: Int64 = 0
    var down: Int64 = 0
    var streams: Int64 = 0

    mutating func add(up: Int64, down: Int64, streams: Int64) {
        self.up += up
        self.down += down
        self.streams += streams
    }
}

extension LocalStack {
    func sessionTotals() async throws -> [String: SessionTotals] {
        let items = try await admin("sessions?limit=200")["items"] as? [[String: Any]] ?? []
        let totals = items.compactMap { session -> (String, SessionTotals)? in
            guard let id = session["id"] as? String else { return nil }
            let figures = ["bytes_up", "bytes_down", "streams_opened"].map {
                (session[$0] as? Int).map(Int64.init) ?? 0
            }
            return (id, SessionTotals(up: figures[0], down: figures[1], streams: figures[2]))
        }
        return Dictionary(uniqueKeysWithValues: totals).filter { $0.value != SessionTotals() }
    }
}
