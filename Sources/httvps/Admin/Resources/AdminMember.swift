struct AdminMember: Sendable {
    enum Kind: Sendable {
        case text
        case choice([String])
        case integer
        case flag
        case time
        case texts
        case secret
    }

    var name: String
    var kind: Kind
    var isRequired = false
    var isChangeable = true
    var isCreatable = true

    static func member(_ name: String, _ kind: Kind = .text) -> AdminMember { AdminMember(name: name, kind: kind) }

    var required: AdminMember { with { $0.isRequired = true } }

    var fixed: AdminMember { with { $0.isChangeable = false } }

    var changeOnly: AdminMember { with { $0.isCreatable = false } }

    var isSecret: Bool { if case .secret = kind { true } else { false } }

    var values: [String] {
        switch kind {
        case .choice(let listed): listed
        case .flag: ["true", "false"]
        default: []
        }
    }

    var explanation: String {
        switch kind {
        case .text: "text"
        case .choice(let listed): listed.joined(separator: " | ")
        case .integer: "whole number"
        case .flag: "true | false"
        case .time: "time, 2026-01-31T12:00:00Z"
        case .texts: "texts with commas between"
        case .secret: "secret: @FILE or -"
        }
    }

    private func with(_ change: (inout AdminMember) -> Void) -> AdminMember {
        var member = self
        change(&member)
        return member
    }
}
