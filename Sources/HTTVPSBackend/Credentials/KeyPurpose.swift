enum KeyPurpose: String, CaseIterable, Sendable {
    case credentialHash = "credential-hash"
    case refreshSuccessor = "refresh-successor"
    case deviceToken = "device-token"
    case administratorToken = "administrator-token"
    case vault
    case cursor
    case keptAnswer = "kept-answer"
    case audit
}
