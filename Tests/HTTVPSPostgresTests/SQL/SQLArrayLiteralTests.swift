import Testing

@testable import HTTVPSPostgres

@Suite("An array written as PostgreSQL writes it")
struct SQLArrayLiteralTests {
    @Test(
        "reads what the server writes",
        arguments: [
            ("{}", []), ("{1,2}", ["1", "2"]), ("{NULL,\"NULL\"}", [nil, "NULL"]),
            ("{\"a,b\",\"{}\",\"\"}", ["a,b", "{}", ""]), ("{\"say \\\"hi\\\" \\\\ there\"}", ["say \"hi\" \\ there"]),
        ] as [(String, [String?])])
    func reads(literal: String, elements: [String?]) {
        #expect(SQLArrayLiteral.elements(literal) == elements)
    }

    @Test(
        "refuses what is no flat array",
        arguments: ["", "{", "}", "{a", "a}", "{a,}", "{{1},{2}}", "{\"a}", "{\"a\"b}", "{a}{b}"])
    func refuses(literal: String) {
        #expect(SQLArrayLiteral.elements(literal) == nil)
    }
}
