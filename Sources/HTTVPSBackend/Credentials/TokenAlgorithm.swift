package enum TokenAlgorithm: String, CaseIterable, Sendable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case edDSA = "EdDSA"

    var keyLength: Int {
        switch self {
        case .hs256, .edDSA: 32
        case .hs384: 48
        case .hs512: 64
        }
    }
}
