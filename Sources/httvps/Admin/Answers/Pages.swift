struct Page: Equatable {
    var items: [JSON]
    var next: String?

    var json: JSON { .object(["items": .array(items), "next_cursor": next.map(JSON.text) ?? .null]) }
}

struct Pages {
    var path: String
    var query: [(String, String)]
    var all: Bool

    func fetch(from backend: AdminBackend) async throws -> Page {
        var page = Page(items: [], next: nil)
        var progress = Progress(doing: "\(path) fetched")
        defer { progress.end() }
        var seen: Set<String> = []
        repeat {
            let asked = page.next.map { next in query.filter { $0.0 != "cursor" } + [("cursor", next)] } ?? query
            let answer = try await backend.list(path, asked).object
            page.items += answer["items"].items
            page.next = answer["next_cursor"].string
            progress.step(by: answer["items"].items.count)
            if all, let next = page.next, !seen.insert(next).inserted { throw Self.endless }
        } while all && page.next != nil
        return page
    }

    private static let endless = ExitStatus.Failure(
        status: .unreachable, message: "the backend names a page again that was fetched before; its list has no end")
}
