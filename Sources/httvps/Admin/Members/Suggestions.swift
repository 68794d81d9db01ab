enum Suggestions {
    static func members(_ members: [AdminMember], _ word: String) -> [String] {
        guard let mark = word.firstIndex(of: "=") else {
            return members.map { $0.name + "=" }.filter { $0.hasPrefix(word) }
        }
        let name = String(word[..<mark])
        return (members.first { $0.name == name }?.values ?? []).map { "\(name)=\($0)" }.filter { $0.hasPrefix(word) }
    }

    static func filters(of resource: ResourceDescription, _ word: String) -> [String] {
        let known = resource.allFilters.map { name in
            let values = resource.member(name)?.values ?? []
            return AdminMember(name: name, kind: values.isEmpty ? .text : .choice(values))
        }
        return members(known, word)
    }
}
