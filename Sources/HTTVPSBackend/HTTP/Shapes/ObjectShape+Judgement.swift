extension ObjectShape {
    func judged(_ value: JSONValue?, at place: JSONPlace = .top, _ faults: inout FaultList) -> JSONObject {
        guard let given = value?.object else {
            faults.add(place, .wrongType, "A JSON object should stand here.")
            return JSONObject()
        }
        var judged = JSONObject()
        for member in members {
            judged[member.name] = self.value(of: member, in: given, at: place.member(member.name), &faults)
        }
        for rule in rules {
            rule.check(place, &faults) { name in given[name].map { $0 != .null } ?? false }
        }
        guard part != .openBody else { return judged }
        for name in given.members.map(\.name) where self[name] == nil {
            faults.add(place.member(name), .unknownMember, "This member is not known here.")
        }
        return judged
    }

    private func value(
        of member: MemberShape, in given: JSONObject, at place: JSONPlace, _ faults: inout FaultList
    ) -> JSONValue? {
        switch given[member.name] {
        case nil:
            if isRequired(member) { faults.add(place, .required, "\(member.name) is required.") }
            return part == .body || part == .openBody ? member.fallback : nil
        case .null:
            if !mayBeNull(member) { faults.add(place, .required, "\(member.name) is required.") }
            return part == .answer ? .null : member.fallback
        case let value?:
            return member.value.judged(value, at: place, &faults)
        }
    }
}
