import Foundation
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
            (9_007_199_254_740_991, "8.0 PiB"),
        ] as [(Int64, String)])
    func bytes(count: Int64, text: String) { #expect(ByteCount.text(count) == text) }

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

    @Test("JSON keeps whole numbers exactly and sorts its members")
    func json() throws {
        let json = try JSON(bytes: Data(#"{"b":9007199254740991,"a":[1.5,null,true,"x/y"]}"#.utf8))
        #expect(json.text == #"{"a":[1.5,null,true,"x/y"],"b":9007199254740991}"#)
        #expect { try JSON(bytes: Data(#"{"password":"SECRET"#.utf8)) } throws: { !"\($0)".contains("SECRET") }
    }
}
