import ArgumentParser

struct UpdateObject<Resource: AdminResource>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        let resource = Resource.description
        return CommandConfiguration(
            commandName: "update", abstract: "Change members of a \(resource.singular).",
            discussion: MemberHelp.text(resource.changeable, marksRequired: false))
    }

    @Argument(help: "Its id.")
    var id: String

    @Argument(
        help: ArgumentHelp("The members to change.", valueName: "name=value"),
        completion: .custom { _, _, word in Suggestions.members(Resource.description.changeable, word) })
    var members: [String]

    @Option(
        help: ArgumentHelp(
            "Only if it still has this ETag, as `show --etag` prints it, with its quotes or without "
                + "(default: the one it has now).", valueName: "etag"))
    var ifMatch: EntityTag?

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func run() async throws {
        let resource = Resource.description
        try await access.talk { backend in
            let body = try await MemberReading(resource.changeable).body(members, asksForRequired: false)
            let tag = try await backend.tag(resource.name, id, given: ifMatch?.text)
            let answer = try await Interruption.doubting(AdminBackend.look(resource.name, id)) { [id] in
                try await backend.change(resource.name, id, body: body, ifMatch: tag)
            }
            try access.show(answer, of: resource)
        }
    }
}
