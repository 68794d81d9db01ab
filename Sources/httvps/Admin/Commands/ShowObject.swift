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
                throw ExitStatus.Failure(status: .rejected, message: "\(resource.name) have no ETags")
            }
            try Terminal.print(Printable.text(tag))
        }
    }
}
