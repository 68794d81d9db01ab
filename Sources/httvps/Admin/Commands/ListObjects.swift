import ArgumentParser

struct ListObjects<Resource: AdminResource>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        let resource = Resource.description
        return CommandConfiguration(
            commandName: "list", abstract: "List \(resource.name), the newest first.",
            discussion: "Filters: " + resource.allFilters.joined(separator: ", "))
    }

    @Argument(
        help: ArgumentHelp("Only those for which name=value holds.", valueName: "filter=value"),
        completion: .custom { _, _, word in Suggestions.filters(of: Resource.description, word) })
    var filters: [String] = []

    @OptionGroup
    var pages: PageOptions

    @Flag(help: "The oldest first.")
    var ascending = false

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func run() async throws {
        let resource = Resource.description
        try await access.talk { backend in
            var query = try filters.map(Self.filter)
            if ascending { query.append(("sort", "created_at")) }
            let page = try await pages.fetch(resource.name, query, from: backend)
            let table = Table(columns: resource.columns, bytes: resource.bytes, rows: page.items)
            try pages.show(page, as: table, json: access.json)
        }
    }

    static func filter(_ word: String) throws(ExitStatus.Failure) -> (String, String) {
        let assignment = try Assignment(word)
        guard assignment.form == .text else {
            throw ExitStatus.Failure(status: .usage, message: "a filter has the form name=value, not name:=value")
        }
        return (assignment.name, assignment.value)
    }
}
