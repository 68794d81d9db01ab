struct TokenKeyID: Equatable, Sendable {
    let audience: AccessClaims.Audience
    let algorithm: TokenAlgorithm
    let key: String

    var text: String { "\(audience.rawValue)-\(algorithm.rawValue.lowercased())-\(key)" }

    init(_ audience: AccessClaims.Audience, _ algorithm: TokenAlgorithm, key: String) {
        self.audience = audience
        self.algorithm = algorithm
        self.key = key
    }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let audience = AccessClaims.Audience(rawValue: parts[0]),
            let algorithm = TokenAlgorithm.allCases.first(where: { $0.rawValue.lowercased() == parts[1] }),
            parts[2].utf8.count == 12
        else { return nil }
        self.init(audience, algorithm, key: parts[2])
        guard text.isSame(as: self.text) else { return nil }
    }
}
