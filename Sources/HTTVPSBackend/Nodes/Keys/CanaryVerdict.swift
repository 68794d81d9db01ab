import HTTVPSShadowsocks

enum CanaryVerdict: Equatable, Sendable {
    case take
    case takeUnproven
    case tryAgain(String)
    case compareWithOldKey

    static let triesInSilence = 3

    init(_ outcome: CanaryOutcome, attempt: Int, hasOldKey: Bool) {
        switch outcome {
        case .proven: self = .take
        case .failed(let reason): self = .tryAgain(reason)
        case .held where attempt < Self.triesInSilence:
            self = .tryAgain("The node holds the connection and answers nothing.")
        case .held: self = hasOldKey ? .compareWithOldKey : .takeUnproven
        }
    }

    init(besideOldKey outcome: CanaryOutcome) {
        self =
            outcome == .proven
            ? .tryAgain("The old key works through this node and the new one does not.")
            : .takeUnproven
    }
}
