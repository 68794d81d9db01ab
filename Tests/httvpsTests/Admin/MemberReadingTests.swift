import ArgumentParser
import Foundation
import Testing

@testable import httvps

@Suite("Members on the command line")
struct MemberReadingTests {
    private let members: [AdminMember] = [
        .member("name").required, .member("count", .integer), .member("half_close", .flag),
        .member("regions", .texts), .member("password", .secret),
    ]

    private func body(_ words: String...) async throws -> JSON {
        try JSON(bytes: try await MemberReading(members).body(words, asksForRequired: false))
    }

    @Test("take the type that the member has")
    func types() async throws {
        let body = try await body("name=12", "count=12", "half_close=false", "regions=a,b")
        #expect(
            body
                == .object([
                    "name": .text("12"), "count": .integer(12), "half_close": .flag(false),
                    "regions": .array([.text("a"), .text("b")]),
                ]))
    }

    @Test("take null, JSON as it stands, and values with = in them")
    func forms() async throws {
        #expect(try await body("name=null")["name"] == .null)
        #expect(try await body(#"name:="null""#)["name"] == .text("null"))
        #expect(try await body("name=a=b")["name"] == .text("a=b"))
        #expect(try await body("count:=9007199254740993")["count"] == .integer(9_007_199_254_740_993))
    }

    @Test("take null as a word only, not out of a file")
    func nullInFile() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("null-\(UUID())")
        try Data("null\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(try await body("name=@\(file.path)", "password=@\(file.path)")["name"] == .text("null"))
        #expect(try await body("password=@\(file.path)")["password"] == .text("null"))
        #expect(try await body("password=null", "count=null")["password"] == .null)
        await #expect(throws: ExitStatus.Failure.self) { try await body("count=@\(file.path)") }
    }

    @Test("go out as the JSON that they were written in", arguments: ["1.0", "[1e2, 0.10]", "12345678901234567890123"])
    func asItStands(json: String) async throws {
        let body = try await MemberReading(members).body(["count:=\(json)", "name=a\"b"], asksForRequired: false)
        #expect(String(decoding: body, as: UTF8.self) == #"{"count":\#(json),"name":"a\"b"}"#)
    }

    @Test("that are no filters are refused")
    func filters() throws {
        #expect(try ListObjects<Users>.filter("email=a=b") == ("email", "a=b"))
        #expect { try ListObjects<Users>.filter("status:=1") } throws: {
            ($0 as? httvps.ExitStatus.Failure)?.status == .usage
        }
    }

    @Test("are explained, and those that are asked for are told")
    func help() {
        let text = MemberHelp.text(Administrators.description.creatable, marksRequired: true)
        #expect(text.contains("password  secret: @FILE or -, else asked for  (required)"))
        #expect(!MemberHelp.text(OutlineNodes.description.creatable, marksRequired: true).contains("asked for"))
        #expect(!RunAction<OutlineNodes>.helpMessage().contains("name=value"))
        #expect(RunAction<Devices>.helpMessage().contains("name=value"))
    }

    @Test(
        "are refused when they are unknown, doubled, of another type or without a value",
        arguments: [
            ["nmae=x"], ["name=x", "name=y"], ["count=many"], ["half_close=yes"], ["name"], ["=x"], ["count:={"],
            ["count:=1e400"],
            ["count:=NaN"], ["count:="],
        ])
    func refused(words: [String]) async throws {
        await #expect(throws: ExitStatus.Failure.self) {
            _ = try await MemberReading(members).body(words, asksForRequired: false)
        }
    }

    @Test("keep secrets out of the list of processes, and read them from files")
    func secrets() async throws {
        await #expect(throws: ExitStatus.Failure.self) { try await body("password=hunter2") }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("password-\(UUID())")
        try Data("correct horse\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(try await body("password=@\(file.path)")["password"] == .text("correct horse"))
    }

    @Test("are completed with their names, then with their values")
    func completion() {
        let members = Users.description.members
        #expect(Suggestions.members(members, "") == ["email=", "name=", "status="])
        #expect(Suggestions.members(members, "status=b") == ["status=blocked"])
        #expect(Suggestions.filters(of: Regions.description, "c") == ["created_at[gte]=", "created_at[lt]="])
        #expect(Suggestions.filters(of: Devices.description, "st") == ["status="])
        #expect(Suggestions.filters(of: Devices.description, "status=") == ["status=active", "status=blocked"])
    }
}
