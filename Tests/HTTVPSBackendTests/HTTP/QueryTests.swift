import Testing

@testable import HTTVPSBackend

@Suite("Queries")
struct QueryTests {
    private func code(_ text: String) -> ProblemCode? {
        do {
            _ = try Query.parse(text, shape: PageRequest.shape.with(["status": .choice(["active"]), "email": .text]))
            return nil
        } catch {
            return error.code
        }
    }

    @Test("are decoded")
    func decodes() throws {
        let query = try Query.parse(
            "email=a%2Bb%40c+d&created_at%5Bgte%5D=2026-01-01T00:00:00%2B01:00",
            shape: PageRequest.shape.with(["email": .text]))
        #expect(query["email"] == "a+b@c d")
        #expect(query.time("created_at[gte]") != nil)
    }

    @Test(
        "with a fault are refused by its kind",
        arguments: [
            ("limit=1&limit=1", .invalidQuery), ("limit=0", .invalidQuery), ("limit=201", .invalidQuery),
            ("limit=1.0", .invalidQuery), ("limit=", .invalidQuery), ("limit=%2B1", .invalidQuery),
            ("limit=99999999999999999999", .invalidQuery), ("sort=name", .invalidQuery), ("status=gone", .invalidQuery),
            ("email=%zz", .invalidQuery), ("email=%ff", .invalidQuery), ("email=%00", .invalidQuery),
            ("created_at[lt]=today", .invalidQuery), ("page=1", .unknownQueryParameter),
            ("Limit=1", .unknownQueryParameter), ("x", .unknownQueryParameter),
        ] as [(String, ProblemCode)])
    func refuses(_ text: String, _ expected: ProblemCode) { #expect(code(text) == expected) }

    @Test(
        "without a fault pass", arguments: ["", "limit=1", "limit=200&sort=created_at", "status=active&email=", "&&"])
    func passes(_ text: String) { #expect(code(text) == nil) }
}
