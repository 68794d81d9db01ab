package enum CanaryOutcome: Equatable, Sendable {
    case proven
    case held
    case failed(String)
}
