package enum Role: String, Codable, CaseIterable, Sendable {
    case admin
    case support
    case readOnly = "read-only"
}
