import ArgumentParser

struct ShowObject<Resource: AdminResource>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: "Show one \(Resource.description.singular).")
    }

    @Argument(help: "Its id.")
    var id: String

    @Flag(help: "Print its ETag alone, for --if-match.")
    var etag = false

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func validate() throws {
        guard !(etag && access.json) else { throw ValidationError("Give --etag or --json, not both.") }
    }

    func run() async throws {
        let resource = Resource.description
        try await access.talk { backend in
            let answer = try await backend.read(resource.name, id)
            guard etag else { return try access.show(answer, of: resource) }
            guard let tag = answer.tag else {
                throw Self.untagged(resource, id)
            }
            try Terminal.print(Printable.text(tag))
        }
    }

    static func untagged(_ resource: ResourceDescription, _ id: String) -> ExitStatus.Failure {
        ExitStatus.Failure(status: .rejected, message: "the backend sent no ETag for the \(resource.singular) \(id)")
    }
}
