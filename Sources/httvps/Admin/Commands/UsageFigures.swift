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

    @OptionGroup
    var pages: PageOptions

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func run() async throws {
        try await access.talk { backend in
            let page = try await pages.fetch("usage", query, from: backend)
            let columns = ["bucket", by.column, "bytes_up", "bytes_down", "streams_opened"]
            let table = Table(columns: columns, bytes: ["bytes_up", "bytes_down"], rows: page.items)
            try pages.show(page, as: table, json: access.json)
        }
    }

    private var query: [(String, String)] {
        var query = [("group_by", by.rawValue), ("interval", interval.rawValue)]
        if let from { query.append(("bucket[gte]", from)) }
        if let to { query.append(("bucket[lt]", to)) }
        if let only { query.append((by.column, only)) }
        return query
    }
}
