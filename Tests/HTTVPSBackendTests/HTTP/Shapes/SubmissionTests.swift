import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("What a shape reads from a body")
struct SubmissionTests {
    private func read(_ text: String, _ shape: ObjectShape) throws -> Submission {
        Submission(try JSONReader.value(of: Array(text.utf8)), as: shape)
    }

    private func faults(_ submission: Submission) -> [String] {
        guard let error = #expect(throws: ProblemError.self, performing: { try submission.finish() }) else { return [] }
        return error.faults.map { "\($0.pointer) \($0.code)" }
    }

    @Test("names every fault at once, with its pointer")
    func collectsFaults() throws {
        let submission = try read(
            #"{"a":1,"b":"","c":"x\u0000","d":1.0,"e":99,"f":"no","g":"2026-02-30T00:00:00Z","i":["x","x",1],"x/~y":1}"#,
            .body(
                MemberShape("a", .text(.name)), MemberShape("b", .text(.name)), MemberShape("c", .text(.name)),
                MemberShape("d", .integer(1...10)), MemberShape("e", .integer(1...10)),
                MemberShape("f", .choice(Role.self)), MemberShape("g", .time),
                MemberShape("h", .text(.name), .required),
                MemberShape("i", .list(.text(.name), count: 1...3, unique: true))))
        #expect(
            faults(submission) == [
                "/a wrong_type", "/b out_of_range", "/c invalid_format", "/d wrong_type", "/e out_of_range",
                "/f invalid_format", "/g invalid_format", "/h required", "/i/1 invalid_format", "/i/2 wrong_type",
                "/x~1~0y unknown_member",
            ])
    }

    @Test("fills in what is absent or null, and asks for what is required")
    func defaults() throws {
        let shape = ObjectShape.body(
            MemberShape("a", .integer(1...9), otherwise: .integer(5)), MemberShape("b", .flag),
            MemberShape("c", .flag, .required))
        let submission = try read(#"{"a":null,"c":true}"#, shape)
        try submission.finish()
        #expect(submission.integer("a") == 5 && submission.flag("b") == nil && submission.flag("c") == true)
        #expect(submission.names("c") && !submission.names("a"))
        #expect(faults(try read(#"{"c":null}"#, shape)) == ["/c required"])
    }

    @Test("counts code points, not what looks like one character")
    func countsCodePoints() throws {
        let flags = String(repeating: "🇩🇪", count: 100)
        let shape = ObjectShape.body(MemberShape("ok", .text(.name)), MemberShape("long", .text(.name)))
        let submission = Submission(["ok": .string(flags), "long": .string(flags + "x")], as: shape)
        #expect(submission.text("ok") == flags)
        #expect(faults(submission) == ["/long out_of_range"])
    }

    @Test("refuses a body that is no object", arguments: ["[]", "1", "\"a\"", "null"])
    func refusesOthers(_ text: String) throws {
        #expect(faults(try read(text, .body(MemberShape("name", .text(.name), .required)))) == [" wrong_type"])
    }

    @Test("lets unknown members pass where newer callers may send them, in items too")
    func ignoresUnknown() throws {
        let item = ObjectShape.openBody(MemberShape("b", .flag, .required))
        let shape = ObjectShape.openBody(MemberShape("a", .list(.object(item), count: 0...2)))
        #expect(throws: Never.self) { try read(#"{"a":[{"b":true,"c":1}],"z":{}}"#, shape).finish() }
        #expect(faults(try read(#"{"a":[{"b":true},{}]}"#, shape)) == ["/a/1/b required"])
    }

    @Test("wants exactly one form, whole, and halves together")
    func rules() throws {
        var shape = ObjectShape.body(
            MemberShape("a", .flag), MemberShape("b", .flag), MemberShape("c", .flag), MemberShape("d", .flag))
        shape.rules = [.oneForm([["a"], ["b", "c"]])]
        #expect(faults(try read("{}", shape)) == ["/a one_form"])
        #expect(faults(try read(#"{"a":true,"c":true}"#, shape)) == ["/c one_form"])
        #expect(faults(try read(#"{"b":true}"#, shape)) == ["/c required"])
        shape.rules = [.together(["c", "d"])]
        #expect(faults(try read(#"{"d":true,"c":null}"#, shape)) == ["/c required"])
        #expect(throws: Never.self) { try read("{}", shape).finish() }
    }

    @Test("keeps one spelling of a value, so that the same time is no change")
    func spelling() throws {
        let before = JSONObject([("ends_at", "2026-01-31T11:00:00Z"), ("plan_id", "p")])
        let body: JSONValue = ["ends_at": "2026-01-31T12:00:00.000+01:00"]
        let same = Submission(body, changing: before, as: Subscription.shape)
        #expect(same.changed.isEmpty && same.names("ends_at") && same.text("plan_id") == "p")
    }

    @Test(
        "knows an e-mail address by its one @",
        arguments: [("a@b", true), ("ab", false), ("a@b@c", false), ("@b", false), ("a@", false), ("a b@c", false)])
    func emails(_ text: String, _ expected: Bool) {
        var faults = FaultList()
        _ = ValueShape.text(.email).judged(.string(text), at: .top, &faults)
        #expect(faults.isEmpty == expected)
    }
}
