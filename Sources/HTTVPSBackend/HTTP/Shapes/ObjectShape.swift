struct ObjectShape: Sendable {
    enum Part: Sendable {
        case body
        case openBody
        case change
        case answer
    }

    var part: Part
    var members: [MemberShape]
    var name: String?
    var rules: [Rule] = []

    static func body(_ members: MemberShape...) -> ObjectShape { ObjectShape(part: .body, members: members) }

    static func openBody(_ members: MemberShape...) -> ObjectShape { ObjectShape(part: .openBody, members: members) }

    static func answer(_ members: MemberShape...) -> ObjectShape { ObjectShape(part: .answer, members: members) }

    func named(_ name: String) -> ObjectShape {
        var shape = self
        shape.name = name
        return shape
    }

    subscript(name: String) -> MemberShape? { members.first { $0.name.isSame(as: name) } }

    func isRequired(_ member: MemberShape) -> Bool {
        switch part {
        case .body, .openBody: member.isRequired
        case .change: false
        case .answer: !member.traits.contains(.optional)
        }
    }

    func mayBeNull(_ member: MemberShape) -> Bool {
        switch part {
        case .body, .openBody: !member.isRequired
        case .change: !member.isRequired && !member.traits.contains(.changeOnly)
        case .answer: member.mayBeNull
        }
    }
}
