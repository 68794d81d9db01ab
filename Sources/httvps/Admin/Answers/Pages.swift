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
        repeat {
            let asked = page.next.map { next in query.filter { $0.0 != "cursor" } + [("cursor", next)] } ?? query
            let answer = try await backend.read(path, query: asked).object
            page.items += answer["items"].items
            page.next = answer["next_cursor"].string
            progress.step(by: answer["items"].items.count)
        } while all && page.next != nil
        progress.end()
        return page
    }
}
