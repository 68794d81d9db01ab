import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("The reader of members")
struct MemberReaderTests {
    private func reader(_ text: String) throws -> MemberReader {
        MemberReader(try JSONReader.value(of: Array(text.utf8)))
    }

    private func faults(_ reader: MemberReader) -> [String] { reader.faults.map { "\($0.pointer) \($0.code)" } }

    @Test("names every fault at once, with its pointer")
    func collectsFaults() throws {
        var reader = try reader(
            #"{"a":1,"b":"","c":"x\u0000","d":1.0,"e":99,"f":"no","g":"2026-02-30T00:00:00Z","x/~y":1}"#)
        _ = reader.text("a")
        _ = reader.text("b")
        _ = reader.text("c")
        _ = reader.integer("d", range: 1...10)
        _ = reader.integer("e", range: 1...10)
        _ = reader.choice("f", of: Role.self)
        _ = reader.time("g")
        _ = reader.text("h", required: true)
        reader.faultUnknownMembers()
        #expect(
            faults(reader) == [
                "/a wrong_type", "/b out_of_range", "/c invalid_format", "/d wrong_type", "/e out_of_range",
                "/f invalid_format", "/g invalid_format", "/h required", "/x~1~0y unknown_member",
            ])
    }

    @Test("names an unknown member once, however often it is asked")
    func unknownMemberOnce() throws {
        var reader = try reader(#"{"a":1,"b":2}"#)
        _ = reader.integer("a", range: 1...10)
        reader.faultUnknownMembers()
        let error = #expect(throws: ProblemError.self) { try reader.finish() }
        #expect(error?.faults.map(\.pointer) == ["/b"])
    }

    @Test("takes null for an optional member and not for a required one")
    func nulls() throws {
        var reader = try reader(#"{"a":null,"b":null}"#)
        #expect(reader.text("a") == nil)
        #expect(reader.text("b", required: true) == nil)
        #expect(faults(reader) == ["/b required"])
    }

    @Test("counts code points, not what looks like one character")
    func countsCodePoints() throws {
        let flags = String(repeating: "🇩🇪", count: 100)
        var reader = MemberReader(["ok": .string(flags), "long": .string(flags + "x")])
        #expect(reader.text("ok") == flags)
        #expect(reader.text("long") == nil)
        #expect(faults(reader) == ["/long out_of_range"])
    }

    @Test("refuses a body that is no object", arguments: ["[]", "1", "\"a\"", "null"])
    func refusesOthers(_ text: String) throws {
        var reader = try reader(text)
        _ = reader.text("name", required: true)
        #expect(faults(reader) == [" wrong_type"])
        #expect(throws: ProblemError.self) { try reader.finish() }
    }

    @Test("lets unknown members pass where newer callers may send them")
    func ignoresUnknown() throws {
        var reader = try reader(#"{"a":1}"#)
        #expect(throws: Never.self) { try reader.finish(unknown: .areIgnored) }
    }
}
