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
            guard try await isConfirmed(resource) else {
                throw ExitStatus.Failure(status: .declined, message: "nothing was deleted, as you did not say yes")
            }
            var deleted: [String] = []
            do {
                try await delete(resource, backend, &deleted)
            } catch let failure as ExitStatus.Failure {
                if access.json { try? report(deleted) }
                throw ids.count == 1 ? failure : failure.adding(Self.sentence(deleted))
            }
            do throws(ExitStatus.Failure) { try report(deleted) } catch { throw error.adding(Self.sentence(deleted)) }
        }
    }

    private func delete(
        _ resource: ResourceDescription, _ backend: AdminBackend, _ deleted: inout [String]
    ) async throws {
        var progress = Progress(of: ids.count, doing: "deleted")
        defer { progress.end() }
        for id in ids {
            do {
                let seen = try await backend.tag(resource.name, id, given: ifMatch?.text)
                try await backend.delete(resource.name, id, ifMatch: seen)
            } catch let failure as ExitStatus.Failure where ids.count > 1 {
                throw ExitStatus.Failure(status: failure.status, message: "\(id): \(failure.message)")
            }
            deleted.append(id)
            progress.step()
        }
    }

    private func report(_ deleted: [String]) throws(ExitStatus.Failure) {
        guard access.json else { return try Terminal.say(Self.sentence(deleted)) }
        try Terminal.print(JSON.object(["deleted": .array(deleted.map(JSON.text))]).text)
    }

    private static func sentence(_ deleted: [String]) -> String {
        deleted.isEmpty ? "nothing was deleted" : "deleted \(deleted.joined(separator: ", "))"
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
