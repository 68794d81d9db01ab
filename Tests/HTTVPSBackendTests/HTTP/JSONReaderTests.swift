import Testing

@testable import HTTVPSBackend

@Suite("The strict JSON reader")
struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.value(of: Array(text.utf8)) }

    @Test("keeps the text of numbers, the order of members and every character of texts")
    func readsValues() throws {
        let value = try read(#" {"b":[1,-0.50e+3,true,false,null],"a":"\u00e9\ud83d\ude00\n\/\"\\"} "#)
        let object = try #require(value.object)
        #expect(object.members.map(\.name) == ["b", "a"])
        #expect(object["a"] == "é😀\n/\"\\")
        let numbers: [JSONValue] = [.number(JSONNumber(text: "1")), .number(JSONNumber(text: "-0.50e+3"))]
        #expect(object["b"] == .array(numbers + [.bool(true), .bool(false), .null]))
    }

    @Test(
        "refuses what is not JSON",
        arguments: [
            "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "'a'", "01", "-", "1.", ".5", "1e",
            "+1", "NaN", "nul", "tru", "\"", "\"\\x\"", "\"\\u12\"", "\"\u{01}\"", "1 2", "{\"a\":1}x", "\u{FEFF}{}",
            "[1,2", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud800\\u0041\"", "/**/1",
        ])
    func refusesBrokenText(_ text: String) {
        #expect(throws: JSONFault.self) { try read(text) }
    }

    @Test("refuses bytes that are not UTF-8")
    func refusesBrokenUTF8() {
        for bytes in [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]] {
            #expect(throws: JSONFault.self) { try JSONReader.value(of: bytes) }
        }
    }

    @Test("refuses a member that is named twice, at any depth and by escapes too")
    func refusesDuplicates() {
        #expect(throws: JSONFault.self) { try read(#"{"a":1,"a":1}"#) }
        #expect(throws: JSONFault.self) { try read(#"[{"x":{"a":1,"\u0061":2}}]"#) }
        #expect(throws: Never.self) { try read("{\"\u{e9}\":1,\"e\u{301}\":2}") }
    }

    @Test("takes 64 levels and refuses 65")
    func limitsDepth() {
        let deep = { (levels: Int) in String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        #expect(throws: Never.self) { try read(deep(64)) }
        #expect(throws: JSONFault.self) { try read(deep(65)) }
        #expect(throws: JSONFault.self) { try read(String(repeating: "[", count: 200_000)) }
    }

    @Test(
        "tells integers from other numbers",
        arguments: [
            ("1", 1), ("-7", -7), ("9007199254740991", 9_007_199_254_740_991), ("9007199254740992", nil), ("1.0", nil),
            ("1e2", nil), ("1E2", nil), ("99999999999999999999", nil), ("-9007199254740992", nil),
        ] as [(String, Int64?)])
    func tellsIntegers(_ text: String, _ expected: Int64?) {
        #expect(JSONNumber(text: text).integer == expected)
    }

    @Test("reads back what the writer writes")
    func roundTrip() throws {
        let value: JSONValue = [
            "text": "a\"\\\n\u{01}\u{7f}é😀", "list": .array([.null, .bool(true), .integer(-3)]), "empty": [:],
        ]
        #expect(try JSONReader.value(of: JSONWriter.bytes(of: value)) == value)
    }

    @Test("never crashes on mutated text")
    func mutations() {
        var generator = SystemRandomNumberGenerator()
        let seed = Array(#"{"a":[1.5e3,"\ud83d\ude00",{"b":null}],"c":true}"#.utf8)
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
            }
            _ = try? JSONReader.value(of: Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))))
        }
    }
}
