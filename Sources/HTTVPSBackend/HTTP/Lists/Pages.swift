import Foundation
import HTTVPSPostgres

struct Pages: Sendable {
    let pool: PostgresPool
    let codec: CursorCodec

    func answer(
        _ call: Call, listing: Listing, item: (PostgresRow) throws -> JSONValue
    ) async throws -> Answer {
        let request = try PageRequest(call.query, path: call.path, codec: codec)
        let rows = try await pool.query(listing.page(request))
        let items = try rows.prefix(request.limit).map(item)
        var next = JSONValue.null
        if rows.count > request.limit, let last = rows.prefix(request.limit).last {
            let cursor = Cursor(createdAt: try last.decode("created_at"), id: try last.decode("id"))
            next = .string(codec.text(cursor, boundTo: request.binding))
        }
        return Answer(json: ["items": .array(Array(items)), "next_cursor": next])
    }
}
