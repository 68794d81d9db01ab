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
            let deletion = Deletion(resource: resource, ids: ids, tag: ifMatch?.text)
            try report(try await deletion.run(backend))
        }
    }

    private func report(_ outcome: Deletion.Outcome) throws {
        if access.json {
            do { try Terminal.print(outcome.json.text) } catch { throw error.adding(outcome.sentence) }
        }
        if let failure = outcome.failure { throw failure }
        guard !access.json else { return }
        do { try Terminal.say(outcome.sentence) } catch { throw error.adding(outcome.sentence) }
    }

    private func isConfirmed(_ resource: ResourceDescription) async throws -> Bool {
        if yes { return true }
        guard Terminal.hasKeyboard else {
            throw ExitStatus.Failure(status: .usage, message: "deleting from a script takes --yes")
        }
        let what = ids.count == 1 ? "the \(resource.singular) \(ids[0])" : resource.counted(ids.count)
        let answer = try await Terminal.line(asking: "Delete \(what)? [y/N] ")?.lowercased()
        return answer == "y" || answer == "yes"
    }
}
