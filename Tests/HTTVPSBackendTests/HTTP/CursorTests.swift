import Foundation
import HTTVPSObservability
import Testing

@testable import HTTVPSBackend

@Suite("Cursors")
struct CursorTests {
    private let codec = CursorCodec(keys: KeyRing(secret: Secret(String(repeating: "7", count: 32))))
    private let cursor = Cursor(createdAt: Date(timeIntervalSince1970: 1_790_000_000.123456), id: "usr_1")

    @Test("come back as they were, to the microsecond")
    func roundTrip() throws {
        let back = try codec.cursor(
            codec.text(cursor, boundTo: ["/users", "sort", "created_at"]), boundTo: ["/users", "sort", "created_at"])
        #expect(back.id == cursor.id)
        #expect(abs(back.createdAt.timeIntervalSince(cursor.createdAt)) < 0.000_001)
    }

    @Test("are refused with other parameters, another key or any changed character")
    func tampering() {
        let text = codec.text(cursor, boundTo: ["/users"])
        let other = CursorCodec(keys: KeyRing(secret: Secret(String(repeating: "8", count: 32))))
        #expect(throws: ProblemError.self) { try codec.cursor(text, boundTo: ["/plans"]) }
        #expect(throws: ProblemError.self) { try codec.cursor(text, boundTo: ["/users", ""]) }
        #expect(throws: ProblemError.self) { try other.cursor(text, boundTo: ["/users"]) }
        for index in text.indices {
            var changed = Array(text)
            changed[text.distance(from: text.startIndex, to: index)] = text[index] == "A" ? "B" : "A"
            #expect(throws: ProblemError.self) { try codec.cursor(String(changed), boundTo: ["/users"]) }
        }
        for broken in ["", "A", "AAAA", text + "=", text + "A", "é", String(text.dropLast())] {
            #expect(throws: ProblemError.self) { try codec.cursor(broken, boundTo: ["/users"]) }
        }
    }
}
