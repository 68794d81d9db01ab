struct MemberShape: Sendable {
    enum Trait: Sendable {
        case required
        case changeable
        case changeOnly
        case readOnly
        case writeOnly
        case once
        case nullable
        case filled
        case optional
        case secret
    }

    var name: String
    var value: ValueShape
    var traits: Set<Trait>
    var fallback: JSONValue

    init(_ name: String, _ value: ValueShape, _ traits: Trait..., otherwise fallback: JSONValue = .null) {
        self.name = name
        self.value = value
        self.traits = Set(traits)
        self.fallback = fallback
    }

    var isRequired: Bool { traits.contains(.required) }
    var isSecret: Bool { traits.contains(.secret) }
    var standsInCreation: Bool { traits.isDisjoint(with: [.changeOnly, .readOnly, .once]) }
    var standsInChange: Bool { !traits.isDisjoint(with: [.changeable, .changeOnly]) }
    var standsInReading: Bool { traits.isDisjoint(with: [.writeOnly, .once]) }
    var mayBeNull: Bool {
        traits.contains(.nullable) || standsInCreation && !isRequired && !traits.contains(.filled) && fallback == .null
    }
}
