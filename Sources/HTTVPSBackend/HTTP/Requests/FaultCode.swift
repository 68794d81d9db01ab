enum FaultCode: String, CaseIterable, Sendable {
    case required
    case wrongType = "wrong_type"
    case outOfRange = "out_of_range"
    case invalidFormat = "invalid_format"
    case unknownMember = "unknown_member"
    case unknownReference = "unknown_reference"
    case oneForm = "one_form"
    case beforeStart = "before_start"
    case inThePast = "in_the_past"
}
