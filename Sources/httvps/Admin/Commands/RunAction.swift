import ArgumentParser

struct RunAction<Resource: AdminResource>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        let action = Resource.description.action
        return CommandConfiguration(
            commandName: action?.name, abstract: action?.abstract ?? "",
            discussion: MemberHelp.text(action?.members ?? [], marksRequired: false))
    }

    @Argument(help: "The object's id.")
    var id: String

    @Argument(
        help: Self.membersHelp,
        completion: .custom { _, _, word in Suggestions.members(Resource.description.action?.members ?? [], word) })
    var members: [String] = []

    @OptionGroup
    var key: KeyOptions

    @OptionGroup(title: "Access")
    var access: AdminAccess

    private static var membersHelp: ArgumentHelp {
        let isTaken = Resource.description.action?.members.isEmpty == false
        return ArgumentHelp(
            "What goes with it.", valueName: "name=value", visibility: isTaken ? .default : .private)
    }

    func run() async throws {
        let resource = Resource.description
        guard let action = resource.action else { return }
        try await access.talk { backend in
            let body = try await MemberReading(action.members).body(members, asksForRequired: false)
            try await key.ask(access, resource) {
                try await backend.act(resource.name, id, action, body: body, key: $0)
            }
        }
    }
}
