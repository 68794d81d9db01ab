import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("JSON objects")
struct JSONObjectTests {
    @Test(
        "are refused where they break RFC 8259",
        arguments: [
            "", " ", "{", "}", "{}{}", "{} x", "{}\u{0}", "[]", "[{}]", "null", "3", "\"x\"", "\u{FEFF}{}", "{,}",
            "{\"a\"}",
            "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":01}", "{\"a\":+1}",
            "{\"a\":.5}", "{\"a\":5.}", "{\"a\":1e}", "{\"a\":-}", "{\"a\":0x1}", "{\"a\":NaN}", "{\"a\":Infinity}",
            "{\"a\":tru}", "{\"a\":True}", "{\"a\":nulll}", "{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":[}]",
            "{\"a\":{\"b\"}}", "{\"a\":{\"b\":1,}}", "{\"a\":\"}", "{\"a\":\"\\\"}", "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12\"}",
            "{\"a\":\"\\u12g4\"}", "{\"a\":\"\n\"}", "{\"a\":\"\u{1}\"}", "{\"a\":1}}", "{\"a\":1]", "/**/{}",
            "{\"a\":1,\"a\":1}",
        ])
    func refused(text: String) {
        #expect(throws: TunnelError.self) { try JSONObject(.text(text)) }
    }

    @Test("are refused in other encodings than UTF-8")
    func otherEncodings() {
        let text = Array("{\"type\":\"ping\"}".utf8)
        #expect(throws: TunnelError.self) { try JSONObject(ByteBuffer(bytes: text.flatMap { [$0, 0] })) }
        #expect(throws: TunnelError.self) { try JSONObject(ByteBuffer(bytes: text.flatMap { [0, $0] })) }
        #expect(throws: TunnelError.self) {
            try JSONObject(ByteBuffer(bytes: Array("{\"a\":\"".utf8) + [0xC0, 0x80] + Array("\"}".utf8))).string("a")
        }
    }

    @Test("keep every kind of value")
    func values() throws {
        let object = try JSONObject(
            .text(#"{"s":"a\\b\"\/\b\f\n\r\té\u00e9","n":12,"t":true,"f":false,"a":["x","y"],"e":[],"o":[{"n":1},{}]}"#)
        )
        #expect(try object.string("s") == "a\\b\"/\u{8}\u{C}\n\r\téé")
        #expect(try object.offset("n") == 12)
        #expect(try object.bool("t"))
        #expect(try !object.bool("f"))
        #expect(try object.strings("a") == ["x", "y"])
        #expect(try object.strings("e").isEmpty)
        #expect(try object.objects("o").first?.offset("n") == 1)
        #expect(try object.objects("o").count == 2)
        #expect(throws: TunnelError.self) { try object.strings("o") }
        #expect(throws: TunnelError.self) { try object.objects("a") }
        #expect(throws: TunnelError.self) { try object.string("n") }
        #expect(throws: TunnelError.self) { try object.bool("n") }
        #expect(throws: TunnelError.self) { try object.offset("missing") }
    }

    @Test("are read however deep they nest, and refused where a bracket is missing", arguments: ["[", "{\"a\":"])
    func nesting(opening: String) throws {
        let closing = opening == "[" ? "]" : "}"
        let count = 131_072 / (opening.utf8.count + 1) - 8
        let deep =
            String(repeating: opening, count: count) + (opening == "[" ? "" : "0")
            + String(repeating: closing, count: count)
        #expect(try JSONObject(.text("{\"x\":\(deep),\"y\":1}")).offset("y") == 1)
        #expect(throws: TunnelError.self) { try JSONObject(.text("{\"x\":\(deep.dropLast()),\"y\":1}")) }
        #expect(throws: TunnelError.self) {
            try JSONObject(.text(String(repeating: opening, count: 131_072 / opening.utf8.count)))
        }
    }
}
