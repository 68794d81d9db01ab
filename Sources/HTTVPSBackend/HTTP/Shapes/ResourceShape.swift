struct ResourceShape: Sendable {
    let kind: ObjectKind
    let members: [MemberShape]
    let filters: [String]
    let creation: ObjectShape
    let change: ObjectShape
    let reading: ObjectShape
    let created: ObjectShape
    let page: ObjectShape

    init(
        _ kind: ObjectKind, _ members: [MemberShape], filters: [String] = [], rules: [ObjectShape.Rule] = [],
        isUpdated: Bool = true
    ) {
        self.kind = kind
        self.members = members
        self.filters = filters
        let times = [MemberShape("created_at", .time)] + (isUpdated ? [MemberShape("updated_at", .time)] : [])
        let name = kind.typeName
        creation = ObjectShape(
            part: .body, members: members.filter(\.standsInCreation), name: name + "Creation", rules: rules)
        change = ObjectShape(part: .change, members: members.filter(\.standsInChange), name: name + "Change")
        reading = ObjectShape(
            part: .answer, members: [MemberShape("id", .reference)] + members.filter(\.standsInReading) + times,
            name: name)
        created = ObjectShape(
            part: .answer, members: reading.members + members.filter { $0.traits.contains(.once) },
            name: "Created" + name)
        page = .answer(
            MemberShape("items", .list(.object(reading), count: 0...200)),
            MemberShape("next_cursor", .text(.length(1...4_096)), .nullable)
        ).named(name + "Page")
    }

    var query: [String: QueryShape.Parameter] {
        Dictionary(
            uniqueKeysWithValues: filters.map { name in
                guard case .choice(let listed) = reading[name]?.value else { return (name, .text) }
                return (name, .choice(listed))
            })
    }
}
