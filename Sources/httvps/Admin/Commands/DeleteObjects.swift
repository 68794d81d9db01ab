import ArgumentParser

struct DeleteObjects<Resource: AdminResource>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "delete", abstract: "Delete \(Resource.description.name).")
    }

    @Argument(help: ArgumentHelp("Their ids.", valueName: "id"))
    var ids: [String]

    @Option(
        help: ArgumentHelp(
            "Only if it still has this ETag, as `show --etag` prints it, with its quotes or without "
                + "(default: the one it has now).", valueName: "etag"))
    var ifMatch: EntityTag?

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func validate() throws {
        guard ifMatch == nil || ids.count == 1 else { throw ValidationError("--if-match goes with one id.") }
    }

    func run() async throws {
        let resource = Resource.description
        try await access.talk { backend in
            guard try await isConfirmed(resource) else { return Terminal.complain("nothing was deleted") }
            var progress = Progress(of: ids.count, doing: "deleted")
            for id in ids {
                let tag = try await backend.tag(resource.name, id, given: ifMatch?.text)
                try await backend.delete(resource.name, id, ifMatch: tag)
                progress.step()
            }
            progress.end()
            if !access.json { try Terminal.say("deleted \(ids.joined(separator: ", "))") }
        }
    }

    private func isConfirmed(_ resource: ResourceDescription) async throws -> Bool {
        if yes { return true }
        guard Terminal.hasKeyboard else {
            throw ExitStatus.Failure(status: .usage, message: "deleting from a script takes --yes")
        }
        let what = ids.count == 1 ? "the \(resource.singular) \(ids[0])" : "\(ids.count) \(resource.name)"
        let answer = try await Terminal.line(asking: "Delete \(what)? [y/N] ")?.lowercased()
        return answer == "y" || answer == "yes"
    }
}
