import Foundation
import NIOHTTP1
import Testing

@testable import httvps

@Suite("The form of an answer")
struct AnswerFormTests {
    private func answer(_ status: Int, _ body: String) -> BackendAnswer {
        BackendAnswer(status: status, headers: HTTPHeaders(), body: Data(body.utf8))
    }

    @Test(
        "of a list is an array of objects and a cursor",
        arguments: [
            (#"{"items":[],"next_cursor":null}"#, true), (#"{"items":[{"id":"a"}],"next_cursor":"x"}"#, true),
            ("{}", false), (#"{"items":"x","next_cursor":5}"#, false), (#"{"items":[],"next_cursor":5}"#, false),
            (#"{"items":[1,null,"a"],"next_cursor":null}"#, false), ("[]", false), ("", false),
        ] as [(String, Bool)])
    func page(body: String, fits: Bool) { #expect((AnswerForm.page.object(in: answer(200, body)) != nil) == fits) }

    @Test(
        "of a thing has the members that make it one",
        arguments: [
            (#"{"id":"a"}"#, true), (#"{"id":null}"#, false), ("{}", false), (#"["id"]"#, false),
            (#"{"id":"a""#, false),
        ] as [(String, Bool)])
    func thing(body: String, fits: Bool) {
        #expect((AnswerForm.object(["id"]).object(in: answer(201, body)) != nil) == fits)
        #expect(AnswerForm.object(["id"]).object(in: answer(204, body)) == nil)
    }

    @Test("of a deletion is 204")
    func nothing() {
        #expect(AnswerForm.nothing.object(in: answer(204, "")) == .null)
        #expect(AnswerForm.nothing.object(in: answer(200, "{}")) == nil)
    }
}
