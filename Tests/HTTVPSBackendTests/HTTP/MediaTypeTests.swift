import HTTPTypes
import Testing

@testable import HTTVPSBackend

@Suite("Media types")
struct MediaTypeTests {
    @Test(
        "of bodies are JSON in UTF-8",
        arguments: [
            ("application/json", true), ("Application/JSON; charset=UTF-8", true), ("application/json;", true),
            ("application/json; charset=latin1", false), ("text/json", false), ("application/jsonx", false),
            ("", false),
            ("application/x-www-form-urlencoded", false), ("application/merge-patch+json", false),
        ])
    func accepted(_ value: String, _ expected: Bool) {
        #expect(MediaType.accepts([.contentType: value], among: [MediaType.json]) == expected)
    }

    @Test("must be given")
    func absent() { #expect(!MediaType.accepts([:], among: [MediaType.json])) }
}
