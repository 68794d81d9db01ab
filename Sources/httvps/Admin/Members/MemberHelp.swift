enum MemberHelp {
    static func text(_ members: [AdminMember], marksRequired: Bool) -> String {
        guard !members.isEmpty else { return "" }
        let width = members.map(\.name.count).max() ?? 0
        let lines = members.map { member in
            let padding = String(repeating: " ", count: width - member.name.count + 2)
            let mark = marksRequired && member.isRequired ? requirement(of: member) : ""
            return "  \(member.name)\(padding)\(member.explanation)\(mark)"
        }
        return (["Members:"] + lines).joined(separator: "\n")
    }

    private static func requirement(of member: AdminMember) -> String {
        member.isSecret ? ", else asked for  (required)" : "  (required)"
    }
}
