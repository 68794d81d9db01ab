import ArgumentParser
import HTTVPSProtocol
import Testing

@testable import httvps

@Suite("What an operator reads")
struct AnswerTests {
    @Test("tables align, count bytes for people and show no control characters")
    func table() {
        let rows: [JSON] = [
            .object(["id": .text("a"), "name": .text("x\u{1B}[2J"), "bytes": .integer(1_536)]),
            .object(["id": .text("long"), "bytes": .integer(1)]),
        ]
        let text = Table(columns: ["id", "name", "bytes"], bytes: ["bytes"], rows: rows).text
        #expect(text == "ID    NAME   BYTES\na     x\u{FFFD}[2J  1.5 KiB\nlong  -      1 B")
        #expect(Table(columns: ["id"], rows: []).text == "none")
    }

    @Test(
        "bytes grow by 1,024",
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (5_368_709_120, "5.0 GiB"),
            (9_007_199_254_740_991, "8.0 PiB"), (1_048_575, "1.0 MiB"), (-1, "-1 B"),
        ] as [(Int64, String)])
    func bytes(count: Int64, text: String) { #expect(ByteCount.text(count) == text) }

    @Test(
        "bytes of one object are exact, with the figure for people behind",
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_536, "1536 B (1.5 KiB)"), (1_073_741_825, "1073741825 B (1.0 GiB)"),
        ] as [(Int64, String)])
    func exactBytes(count: Int64, text: String) { #expect(ByteCount.exact(count) == text) }

    @Test("a table keeps its columns under each other, also with wide letters and marks")
    func wideCells() {
        let rows: [JSON] = ["日本", "e\u{301}", "plain"].map { .object(["name": .text($0), "n": .integer(1)]) }
        let text = Table(columns: ["name", "n"], rows: rows).text
        #expect(text == "NAME   N\n日本   1\ne\u{301}      1\nplain  1")
    }

    static let hostile = "a\u{1B}[31m\u{9B}2J\u{7F}\u{202E}\u{2066}\u{200B}\u{2028}\u{E0041}\nhttvps: signed in"

    @Test("no kind of value, no name and no ETag carries what steers a terminal")
    func hostileValues() {
        let text = JSON.text(Self.hostile)
        let values: [JSON] = [
            text, .array([text]), .array([.array([text])]), .object([Self.hostile: text]),
            .object(["kind": text, "name": text]), .object(["kind": text, "id": text]), .array([.object(["a": text])]),
        ]
        for value in values {
            let shown = Table.text(value)
            #expect(shown.unicodeScalars.allSatisfy(Printable.isShown), "\(shown.debugDescription)")
        }
        let lines = Card(object: .object([Self.hostile: text, "n": .null]), tag: Self.hostile).text.split(
            separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.unicodeScalars.allSatisfy(Printable.isShown) })
    }

    @Test("no refusal carries what steers a terminal or pretends to be a line of ours")
    func hostileRefusal() {
        let fault = Problem.Fault(pointer: Self.hostile, code: Self.hostile, detail: Self.hostile)
        let problem = Problem(
            title: Self.hostile, status: 422, code: Self.hostile, detail: Self.hostile, requestID: Self.hostile,
            errors: [fault])
        for problem in [problem, Problem(title: Self.hostile, status: 400, code: "x")] {
            let lines = Refusal(status: 422, problem: problem).failure.message.split(separator: "\n")
            #expect(lines.allSatisfy { $0.unicodeScalars.allSatisfy(Printable.isShown) })
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("        ") })
        }
        let hint = PageOptions.hint(Self.hostile)
        #expect(hint.unicodeScalars.allSatisfy(Printable.isShown))
    }

    @Test("one object shows its members below each other, its bytes exactly, and its ETag last")
    func card() {
        let object = JSON.object([
            "id": .text("pln_1"), "bytes": .integer(1_536), "name": .text("x"), "n": .number("1.50"),
        ])
        let card = Card(object: object, tag: "\"7\"", first: ["id", "name", "gone"], bytes: ["bytes"])
        #expect(card.text == "id     pln_1\nname   x\nbytes  1536 B (1.5 KiB)\nn      1.50\netag   \"7\"")
    }

    @Test("what stands for someone else is shown with its id, by which its events are found")
    func reference() {
        let actor = JSON.object(["kind": .text("api_token"), "id": .text("tok_1"), "name": .text("local")])
        #expect(Table.text(actor) == "api_token local tok_1")
        #expect(Table.text(.object(["kind": .text("user"), "id": .text("usr_1")])) == "user usr_1")
        #expect(Table.text(.object(["kind": .text("system"), "id": .null, "name": .null])) == "system")
    }

    @Test("things are counted with the word for one, or for many")
    func counted() {
        #expect(Users.description.counted(1) == "1 user" && OutlineNodes.description.counted(0) == "0 outline-nodes")
    }

    @Test(
        "the way to ask again can be pasted", arguments: [("k-1", "k-1"), ("a;b", "'a;b'"), ("it's", #"'it'\''s'"#)])
    func advice(key: String, word: String) throws {
        #expect(IdempotencyKey(key).advice.hasSuffix("add --idempotency-key=\(word)"))
        #expect(try KeyOptions.parse(["--idempotency-key=\(key)"]).idempotencyKey == key)
    }

    @Test("an ETag that did not come is told of the one that was asked for")
    func untagged() {
        let failure = ShowObject<Users>.untagged(Users.description, "usr_1")
        #expect(failure.message == "the backend sent no ETag for the user usr_1" && failure.status == .rejected)
    }

    @Test(
        "the way to the next page can be pasted",
        arguments: [
            ("-abc", "--cursor=-abc"), ("a;rm *", "--cursor='a;rm *'"), ("it's", "--cursor='it'\\''s'"),
        ])
    func hint(cursor: String, word: String) throws {
        #expect(PageOptions.hint(cursor).hasSuffix(word) && PageOptions.hint(cursor).contains("same words"))
        #expect(try PageOptions.parse(["--cursor=\(cursor)"]).cursor == cursor)
    }

    @Test(
        "an ETag is taken with its quotes or without, and sent with them",
        arguments: [
            ("\"7\"", "\"7\""), ("7", "\"7\""), ("*", "*"), ("W/\"7\"", "W/\"7\""), ("a:b-c", "\"a:b-c\""),
        ])
    func entityTag(given: String, sent: String) { #expect(EntityTag(argument: given)?.text == sent) }

    @Test("an ETag that cannot be one is refused", arguments: ["", "\"\"", "\"", "a\"b", "a b", "a\r\nX: y", "ä"])
    func noEntityTag(given: String) { #expect(EntityTag(argument: given) == nil) }

    @Test("a refusal names every fault, the request and a way out, and picks the exit code")
    func refusal() {
        let problem = Problem(
            title: "Unauthorized", status: 401, code: "token_expired", detail: "The token is past its time.",
            requestID: "req_1")
        let failure = Refusal(status: 401, problem: problem).failure
        #expect(failure.status == .refused)
        for part in ["token_expired", "past its time", "httvps admin login", "req_1"] {
            #expect(failure.message.contains(part), "\(part)")
        }
        let faults = [Problem.Fault(pointer: "/name", code: "required", detail: "name is required.")]
        let invalid = Problem(title: "x", status: 422, code: "validation_failed", errors: faults)
        #expect(Refusal(status: 422, problem: invalid).failure.message.contains("/name  required: name is required."))
        let exits: [Int: Int32] = [403: 77, 404: 65, 412: 65, 429: 75, 503: 75, 500: 69]
        for (status, exit) in exits { #expect(Refusal(status: status, problem: nil).failure.status.rawValue == exit) }
    }
}
