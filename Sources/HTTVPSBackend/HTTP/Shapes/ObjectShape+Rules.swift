extension ObjectShape {
    enum Rule: Sendable {
        case oneForm([[String]])
        case together([String])
    }
}

extension ObjectShape.Rule {
    func check(_ place: JSONPlace, _ faults: inout FaultList, names: (String) -> Bool) {
        switch self {
        case .oneForm(let forms): Self.checkForms(forms, place, &faults, names)
        case .together(let members):
            guard members.contains(where: names) else { return }
            for member in members where !names(member) {
                faults.add(place.member(member), .required, "\(members.joined(separator: " and ")) go together.")
            }
        }
    }

    private static func checkForms(
        _ forms: [[String]], _ place: JSONPlace, _ faults: inout FaultList, _ names: (String) -> Bool
    ) {
        let given = forms.filter { $0.contains(where: names) }
        guard given.count == 1, let form = given.first else {
            let member = given.dropFirst().first?.first(where: names) ?? forms.first?.first ?? ""
            let listed = forms.map { $0.joined(separator: " and ") }.joined(separator: ", or ")
            faults.add(place.member(member), .oneForm, "Give one form: \(listed).")
            return
        }
        for member in form where !names(member) {
            faults.add(place.member(member), .required, "\(member) is required.")
        }
    }
}
