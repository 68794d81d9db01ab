import Foundation
import Testing

@testable import httvps

@Suite("Lines that are imported")
struct ImportTests {
    private func lines(_ text: String) throws -> [ImportLine] { try ImportLine.lines(in: Data(text.utf8)) }

    @Test("keep their keys where lines move, come before them or are set in")
    func keys() throws {
        let one = try lines("{\"a\":1}\n{\"a\":2}")
        let moved = try lines("\n{\"a\":3}\r\n  {\"a\":2}\t\r\n{\"a\":1} ")
        #expect(moved.map(\.number) == [2, 3, 4])
        #expect(moved[2].key == one[0].key && moved[1].key == one[1].key)
        #expect(moved[1].body == one[1].body)
        #expect(!one.map(\.key.text).contains(moved[0].key.text))
    }

    @Test("have keys of their own where they are equal")
    func equal() throws {
        let twins = try lines("{}\n{}\n{}")
        #expect(Set(twins.map(\.key.text)).count == 3)
        #expect(try lines("{}\n{\"a\":1}\n{}")[2].key == twins[1].key)
        #expect(twins.allSatisfy { IdempotencyKey.isAllowed($0.key.text) })
    }

    @Test("are JSON, all of them, before anything is created")
    func faulty() {
        let failure = #expect(throws: ExitStatus.Failure.self) { try lines("{}\n\n{\"password\":\"x") }
        #expect(failure?.message == "line 3: this is no JSON\n        nothing was created")
        #expect(failure?.status == .rejected)
    }

    @Test("are counted as created or there already, with those that are left")
    func tally() {
        var tally = ImportTally(of: 500, Users.description)
        #expect(tally.soFar == "created 0 users; 500 lines are left")
        for index in 0..<450 { tally.count(isReplay: index >= 3) }
        #expect(tally.text == "created 3 users, 447 were there already")
        #expect(tally.soFar == "created 3 users, 447 were there already; 50 lines are left")
    }

    @Test("show what is shown once, without control characters")
    func secrets() {
        let device: JSON = .object([
            "id": .text("dev_1"), "name": .text("My\u{1B}phone"), "enrollment_code": .text("AB-CD"),
            "platform": .text("ios"),
        ])
        #expect(Devices.description.secrets(in: device) == "dev_1  My\u{FFFD}phone  enrollment_code  AB-CD")
        #expect(Users.description.secrets(in: .object(["id": .text("usr_1")])) == nil)
        for resource in [OutlineNodes.description, GatewayNodes.description, APITokens.description] {
            #expect(resource.secrets(in: .object(["id": .text("x"), "token": .text("t")])) == "x  token  t")
        }
    }
}
