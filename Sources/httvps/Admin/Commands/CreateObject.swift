import ArgumentParser

struct CreateObject<Resource: AdminResource>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        let resource = Resource.description
        return CommandConfiguration(
            commandName: "create", abstract: "Create \(resource.name).",
            discussion: MemberHelp.text(resource.creatable, marksRequired: true))
    }

    @Argument(
        help: ArgumentHelp("The members of the new object.", valueName: "name=value"),
        completion: .custom { _, _, word in Suggestions.members(Resource.description.creatable, word) })
    var members: [String] = []

    @Option(
        help: ArgumentHelp(
            "Create one for each line of this file of JSON objects; - reads standard input. Run again after a break, "
                + "it creates only what is missing.", valueName: "file"),
        completion: .file(extensions: ["jsonl", "ndjson", "json"]))
    var from: String?

    @OptionGroup
    var key: KeyOptions

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func validate() throws {
        guard from == nil || members.isEmpty else {
            throw ValidationError("Give the members or --from, not both.")
        }
        guard from == nil || key.idempotencyKey == nil else {
            throw ValidationError("--from makes its own keys, one for each line; --idempotency-key goes with members.")
        }
    }

    func run() async throws {
        let resource = Resource.description
        try await access.talk { backend in
            if let from { return try await Import(resource: resource, file: from, json: access.json).run(backend) }
            let body = try await MemberReading(resource.creatable).body(members, asksForRequired: true)
            try await key.ask(access, resource) { try await backend.create(resource.name, body: body, key: $0) }
        }
    }
}
