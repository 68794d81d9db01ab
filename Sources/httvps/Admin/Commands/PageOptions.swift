import ArgumentParser

struct PageOptions: ParsableArguments {
    @Option(help: "How many to show, 1 to 200.")
    var limit: Int?

    @Option(
        help: "Go on behind the last page, with the cursor that it ended with: the same words again and --cursor=VALUE."
    )
    var cursor: String?

    @Flag(help: "Fetch every page.")
    var all = false

    func fetch(_ path: String, _ query: [(String, String)], from backend: AdminBackend) async throws -> Page {
        var query = query
        if let limit { query.append(("limit", String(limit))) } else if all { query.append(("limit", "200")) }
        if let cursor { query.append(("cursor", cursor)) }
        return try await Pages(path: path, query: query, all: all).fetch(from: backend)
    }

    static func hint(_ cursor: String) -> String {
        let value = Printable.text(ShellWord.quoted(cursor))
        return "there are more: --all, or the same words again (filters, order) with --cursor=\(value)"
    }

    func show(_ page: Page, as table: Table, json: Bool) throws {
        if json { return try Terminal.print(page.json.text) }
        try Terminal.print(table.text)
        if let next = page.next { Terminal.complain(Self.hint(next)) }
    }
}
