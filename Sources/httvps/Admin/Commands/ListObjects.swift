import ArgumentParser

struct ListObjects<Resource: AdminResource>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        let resource = Resource.description
        return CommandConfiguration(
            commandName: "list", abstract: "List \(resource.name), the newest first.",
            discussion: "Filters: "
                + (resource.filters + ["created_at[gte]", "created_at[lt]"]).joined(separator: ", "))
    }

    @Argument(
        help: ArgumentHelp("Only those for which name=value holds.", valueName: "filter=value"),
        completion: .custom { _, _, word in Suggestions.filters(of: Resource.description, word) })
    var filters: [String] = []

    @Option(help: "How many to show, 1 to 200.")
    var limit: Int?

    @Option(help: "Go on behind the last page, with the cursor that it ended with.")
    var cursor: String?

    @Flag(help: "Fetch every page.")
    var all = false

    @Flag(help: "The oldest first.")
    var ascending = false

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func run() async throws {
        let resource = Resource.description
        try await access.talk { backend in
            var query = try filters.map(Assignment.init).map { ($0.name, $0.value) }
            if let limit { query.append(("limit", String(limit))) } else if all { query.append(("limit", "200")) }
            if let cursor { query.append(("cursor", cursor)) }
            if ascending { query.append(("sort", "created_at")) }
            let page = try await Pages(path: resource.name, query: query, all: all).fetch(from: backend)
            if access.json { return try Terminal.print(page.json.text) }
            try Terminal.print(Table(columns: resource.columns, bytes: resource.bytes, rows: page.items).text)
            if let next = page.next { Terminal.complain("there are more: --all, or --cursor \(next)") }
        }
    }
}
