import ArgumentParser

struct UsageFigures: AsyncParsableCommand {
    enum Group: String, CaseIterable, ExpressibleByArgument {
        case user
        case device
        case node
        case gateway
        case region

        var column: String { self == .region ? "region" : rawValue + "_id" }
    }

    enum Interval: String, CaseIterable, ExpressibleByArgument {
        case hour
        case day
    }

    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Bytes and streams by hour or day, the oldest first.",
        discussion: "Example: httvps admin usage --by user --interval day --from 2026-01-01T00:00:00Z --all")

    @Option(help: "What to add up by: user, device, node, gateway or region.")
    var by = Group.user

    @Option(help: "hour or day, in UTC.")
    var interval = Interval.hour

    @Option(help: ArgumentHelp("The first moment.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("The moment behind the last.", valueName: "time"))
    var to: String?

    @Option(help: ArgumentHelp("Only the figures of this one.", valueName: "id"))
    var only: String?

    @Option(help: "How many to show, 1 to 200.")
    var limit: Int?

    @Option(help: "Go on behind the last page, with the cursor that it ended with.")
    var cursor: String?

    @Flag(help: "Fetch every page.")
    var all = false

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func run() async throws {
        try await access.talk { backend in
            let page = try await Pages(path: "usage", query: query, all: all).fetch(from: backend)
            if access.json { return try Terminal.print(page.json.text) }
            let columns = ["bucket", by.column, "bytes_up", "bytes_down", "streams_opened"]
            try Terminal.print(Table(columns: columns, bytes: ["bytes_up", "bytes_down"], rows: page.items).text)
            if let next = page.next { Terminal.complain("there are more: --all, or --cursor \(next)") }
        }
    }

    private var query: [(String, String)] {
        var query = [("group_by", by.rawValue), ("interval", interval.rawValue)]
        if let from { query.append(("bucket[gte]", from)) }
        if let to { query.append(("bucket[lt]", to)) }
        if let only { query.append((by.column, only)) }
        if let limit { query.append(("limit", String(limit))) } else if all { query.append(("limit", "200")) }
        if let cursor { query.append(("cursor", cursor)) }
        return query
    }
}
