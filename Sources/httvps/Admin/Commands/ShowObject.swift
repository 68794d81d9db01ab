import ArgumentParser

struct ShowObject<Resource: AdminResource>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: "Show one \(Resource.description.singular).")
    }

    @Argument(help: "Its id.")
    var id: String

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func run() async throws {
        let resource = Resource.description
        try await access.talk { backend in
            try access.show(try await backend.read(resource.name, id).object, of: resource)
        }
    }
}
