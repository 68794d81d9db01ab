package struct Diagnosis: Encodable, Equatable, Sendable {
    package enum State: String, Encodable, Sendable {
        case ok
        case warn
        case fail
    }

    package var check: String
    package var state: State
    package var finding: String
    package var advice: String?

    package static func ok(_ check: String, _ finding: String) -> Diagnosis {
        Diagnosis(check: check, state: .ok, finding: finding)
    }

    package static func warn(_ check: String, _ finding: String, _ advice: String) -> Diagnosis {
        Diagnosis(check: check, state: .warn, finding: finding, advice: advice)
    }

    package static func fail(_ check: String, _ finding: String, _ advice: String) -> Diagnosis {
        Diagnosis(check: check, state: .fail, finding: finding, advice: advice)
    }
}
