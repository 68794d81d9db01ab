import HTTVPSTestSupport

struct MovedBytes: Equatable, Sendable {
    var up: Int64 = 0
    var down: Int64 = 0

    mutating func add(_ answer: CurlAnswer) {
        up += answer.bytesSent
        down += answer.bytesReceived
    }
}

extension LocalStack {
    func countedBytes() async throws -> MovedBytes {
        let items = try await admin("sessions?limit=200")["items"] as? [[String: Any]] ?? []
        return items.reduce(into: MovedBytes()) { sum, session in
            sum.up += (session["bytes_up"] as? Int).map(Int64.init) ?? 0
            sum.down += (session["bytes_down"] as? Int).map(Int64.init) ?? 0
        }
    }

    func waitUntilCounted(_ expected: MovedBytes, within limit: Duration = .seconds(120)) async throws -> MovedBytes {
        var counted = MovedBytes()
        _ = try await Poll.until(within: limit, every: .milliseconds(500)) {
            counted = (try? await countedBytes()) ?? counted
            return counted == expected
        }
        return counted
    }
}
