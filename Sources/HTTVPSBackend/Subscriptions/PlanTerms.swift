import HTTVPSPostgres

struct PlanTerms: Equatable, Sendable {
    var code: String
    var name: String
    var period: Plan.Period
    var maxDevices: Int64
    var maxSessions: Int64
    var maxStreams: Int64
    var trafficLimitBytes: Int64?
    var rateBytesPerSecond: Int64?
    var regions: [String]?
    var priceMicros: Int64?
    var currency: String?

    init(_ row: PostgresRow) throws {
        code = try row.decode("code")
        name = try row.decode("name")
        period = try row.decode("period")
        maxDevices = try row.decode("max_devices")
        maxSessions = try row.decode("max_sessions")
        maxStreams = try row.decode("max_streams")
        trafficLimitBytes = try row.decode("traffic_limit_bytes")
        rateBytesPerSecond = try row.decode("rate_bytes_per_sec")
        regions = try row.decode("regions")
        priceMicros = try row.decode("price_micros")
        currency = try row.decode("currency")
    }

    var json: [(String, JSONValue)] {
        [
            ("code", .string(code)), ("name", .string(name)), ("period", .string(period.rawValue)),
            ("max_devices", .integer(maxDevices)), ("max_sessions", .integer(maxSessions)),
            ("max_streams", .integer(maxStreams)), ("traffic_limit_bytes", .optional(trafficLimitBytes)),
            ("rate_bytes_per_sec", .optional(rateBytesPerSecond)),
            ("regions", regions.map { .array($0.map(JSONValue.string)) } ?? .null),
            ("price_micros", .optional(priceMicros)), ("currency", .optional(currency)),
        ]
    }
}
