package enum KeyPurpose: String, CaseIterable, Sendable {
    case credentialHash = "credential-hash"
    case refreshSuccessor = "refresh-successor"
    case deviceToken = "device-token"
    case administratorToken = "administrator-token"
    case vault
    case cursor
    case keptAnswer = "kept-answer"
    case audit

    package static let rotated = allCases.filter { $0 != .credentialHash && $0 != .audit }

    var sealsRows: Bool { self == .vault || self == .keptAnswer }

    func retention(tokenLifetime: Int) -> Double? {
        switch self {
        case .deviceToken, .administratorToken: Double(tokenLifetime) + 60
        case .refreshSuccessor: 3_600
        case .cursor: 86_400
        case .vault, .keptAnswer, .credentialHash, .audit: nil
        }
    }
}
