import Foundation
import HTTVPSTestSupport
import Testing

@Suite("The operator's command line on a local stack", .serialized)
struct AdminCommandTests {
    @Test("signs in once, creates, shows, changes and deletes as the API does, and says what is wrong")
    func walkThrough() async throws {
        try await LocalStack.running { stack in
            let desk = try Operator.make(on: stack)
            try await signsIn(desk)
            try await createsAndShows(desk)
            try await changesAndDeletes(desk)
            try await signsInWithPassword(desk)
            try await imports(desk)
            try await showsSecretsOfImports(desk)
            try await repeatsWithKey(desk)
            try await deletesMany(desk)
            try await refuses(desk)
            try await pages(desk)
            try await staysWhole(desk)
            let out = try await desk.run("logout")
            #expect(out.status == 0 && out.output.contains("forgotten"))
            #expect(try await desk.run("users").status == 78)
        }
    }

    private func signsIn(_ desk: Operator) async throws {
        let wrong = try await desk.run("login", input: "hva_wrong")
        #expect(wrong.status == 77 && wrong.output.contains("invalid_token"), "\(wrong.output)")
        let right = try await desk.run("login", input: try desk.stack.variable("HTTVPS_ADMIN_TOKEN"))
        #expect(right.status == 0 && !right.output.contains("hva_"), "\(right.output)")
        let profiles = try await desk.run("profiles --json")
        #expect(profiles.output.contains(#""profile":"default""#) && !profiles.output.contains("hva_"))
    }

    private func createsAndShows(_ desk: Operator) async throws {
        let user = try await desk.object("users create email=cli@example.org name='Ann Lee' --json")
        let id = try #require(user["id"] as? String)
        #expect(user["name"] as? String == "Ann Lee")
        let shown = try await desk.run("users show \(id)")
        #expect(shown.status == 0 && shown.output.contains("cli@example.org"), "\(shown.output)")
        let listed = try await desk.run("users list email=cli@example.org")
        #expect(listed.output.hasPrefix("ID ") && listed.output.contains(id), "\(listed.output)")
        let device = try await desk.object("devices create user_id=\(id) name=Phone platform=ios --json")
        #expect((device["enrollment_code"] as? String)?.isEmpty == false)
        let plan = try await desk.object(
            """
            plans create code=cli name=Command period=calendar_month max_devices=3 max_sessions=2 max_streams=64 \
            regions=local traffic_limit_bytes=1000000 --json
            """)
        #expect(plan["regions"] as? [String] == ["local"] && plan["max_streams"] as? Int == 64)
        let explained = try await desk.run("explain \(try desk.stack.variable("HTTVPS_DEVICE_ID"))")
        #expect(explained.status == 0 && explained.output.contains("chosen: oln_"), "\(explained.output)")
    }

    private func changesAndDeletes(_ desk: Operator) async throws {
        let user = try await desk.object("users create email=change@example.org name=Before --json")
        let id = try #require(user["id"] as? String)
        let changed = try await desk.object("users update \(id) name=After status=blocked --json")
        #expect(changed["name"] as? String == "After" && changed["status"] as? String == "blocked")
        let cleared = try await desk.object("users update \(id) name=null --json")
        #expect(cleared["name"] is NSNull)
        let stale = try await desk.run("users update \(id) name=Late --if-match '\"1\"'")
        #expect(stale.status == 65 && stale.output.contains("changed meanwhile"), "\(stale.output)")
        #expect(stale.output.contains("look at it again"))
        try await comparesTags(desk, id)
        let unasked = try await desk.run("users delete \(id)")
        #expect(unasked.status == 64 && unasked.output.contains("--yes"), "\(unasked.output)")
        #expect(try await desk.run("users delete \(id) --yes").status == 0)
        #expect(try await desk.run("users show \(id)").status == 65)
    }

    private func comparesTags(_ desk: Operator, _ id: String) async throws {
        let tag = try await desk.run("users show \(id) --etag").output.trimmingCharacters(in: .newlines)
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 2, "\(tag)")
        #expect(try await desk.run("users show \(id)").output.contains("etag"))
        let bare = try await desk.run("users update \(id) name=Once --if-match \(tag)")
        #expect(bare.status == 0 && bare.output.contains("Once"), "\(bare.output)")
        let stale = try await desk.run("users delete \(id) --yes --if-match '\(tag)'")
        #expect(stale.status == 65 && stale.output.contains("look at it again"), "\(stale.output)")
        let newer = try await desk.run("users show \(id) --etag").output.trimmingCharacters(in: .newlines)
        #expect(try await desk.run("users update \(id) name=Twice --if-match '\(newer)'").status == 0)
    }

    private func pages(_ desk: Operator) async throws {
        let first = try await desk.run("users list --limit 1 --ascending")
        let word = try #require(first.output.split(whereSeparator: \.isWhitespace).last.map(String.init))
        #expect(word.hasPrefix("--cursor="), "\(first.output)")
        let next = try await desk.run("users list --limit 1 --ascending \(word)")
        #expect(next.status == 0 && next.output != first.output, "\(next.output)")
    }

    private func staysWhole(_ desk: Operator) async throws {
        let hostile = "a\u{202E}b"
        let made = try await desk.run("users create email=turned@example.org name='\(hostile)'")
        #expect(made.status == 0 && made.output.contains("a\u{FFFD}b"), "\(made.output)")
        let json = try await desk.run("users list email=turned@example.org --json")
        #expect(json.output.contains(#""name":"a\u202eb""#), "\(json.output)")
        try "{".write(
            to: desk.folder.appendingPathComponent("httvps/admin/torn.json"), atomically: true, encoding: .utf8)
        let profiles = try await desk.run("profiles")
        #expect(profiles.status == 78 && profiles.output.contains("default") && profiles.output.contains("torn"))
        #expect(try await desk.run("users list > /dev/full").status == 74)
    }

    private func signsInWithPassword(_ desk: Operator) async throws {
        let made = try await desk.run(
            "administrators create email=kim@example.org role=read-only", input: "a long enough password")
        #expect(made.status == 0 && !made.output.contains("long enough"), "\(made.output)")
        let backend = try desk.stack.variable("HTTVPS_BACKEND_URL")
        let signIn = "login --profile kim --email kim@example.org --backend \(backend)"
        #expect(try await desk.run(signIn, input: "a wrong password").status == 77)
        #expect(try await desk.run(signIn, input: "a long enough password").status == 0)
        #expect(try await desk.run("users list --profile kim").status == 0)
        let refused = try await desk.run("users create email=no@example.org --profile kim")
        #expect(refused.status == 77 && refused.output.contains("forbidden"), "\(refused.output)")
    }

    private func imports(_ desk: Operator) async throws {
        let lines = (1...5).map { #"{"email":"import\#($0)@example.org"}"# }
        let created = try await desk.run("users create --from -", input: lines.joined(separator: "\n"))
        #expect(created.status == 0 && created.output.contains("created 5 users\n"), "\(created.output)")
        let more = [#" {"email":"import6@example.org"}"#] + lines.reversed()
        let again = try await desk.run("users create --from -", input: more.joined(separator: "\r\n"))
        #expect(again.status == 0 && again.output.contains("created 1 user, 5 were there already"), "\(again.output)")
        let all = try await desk.run("users list --all --json")
        #expect(all.output.components(separatedBy: "import").count == 7)
        let broken = try await desk.run("users create --from -", input: "{\"email\":\"a@b\"}\n{")
        #expect(broken.status == 65 && broken.output.contains("line 2"), "\(broken.output)")
        let taken = #"{"email":"new@example.org"}"# + "\n" + #"{"email":"IMPORT1@example.org"}"#
        let half = try await desk.run("users create --from -", input: taken)
        #expect(half.status == 65 && half.output.contains("line 2: "), "\(half.output)")
        #expect(half.output.contains("created 1 user; 1 line is left"), "\(half.output)")
    }

    private func showsSecretsOfImports(_ desk: Operator) async throws {
        let user = try #require(try await desk.object("users create email=many@example.org --json")["id"] as? String)
        let lines = ["a", "b"].map { #"{"user_id":"\#(user)","name":"\#($0)"}"# }.joined(separator: "\n")
        let made = try await desk.run("devices create --from -", input: lines)
        #expect(made.output.components(separatedBy: "enrollment_code  ").count == 3, "\(made.output)")
        let full = try await desk.run("devices create --from - > /dev/full", input: lines)
        #expect(full.status == 74 && full.output.contains("line 1: the output cannot be written"), "\(full.output)")
        #expect(full.output.contains("No space left") && full.output.contains("1 was there already"), "\(full.output)")
        let again = try await desk.run("devices create --from -", input: lines)
        #expect(again.output.hasPrefix(made.output.components(separatedBy: "httvps:")[0]), "\(again.output)")
    }

    private func repeatsWithKey(_ desk: Operator) async throws {
        let call = "api-tokens create name=ci role=read-only --idempotency-key again-1"
        let first = try await desk.run(call)
        let second = try await desk.run(call)
        #expect(first.status == 0 && first.output.contains("hva_"), "\(first.output)")
        #expect(second.output == "httvps: this was done before; its first answer is shown again\n" + first.output)
        let lost = try await desk.run(call.replacing("again-1", with: "again-2") + " > /dev/full")
        #expect(lost.status == 74 && lost.output.contains("--idempotency-key=again-2"), "\(lost.output)")
    }

    private func deletesMany(_ desk: Operator) async throws {
        var ids: [String] = []
        for name in ["one", "two"] {
            let user = try await desk.object("users create email=\(name)@example.org --json")
            ids.append(try #require(user["id"] as? String))
        }
        let half = try await desk.run("users delete \(ids[0]) usr_nobody \(ids[1]) --yes")
        #expect(half.status == 65 && half.output.contains("usr_nobody: "), "\(half.output)")
        #expect(half.output.contains("deleted \(ids[0])\n"), "\(half.output)")
        let rest = try await desk.run("users delete \(ids[1]) --yes --json")
        #expect(rest.output == "{\"deleted\":[\"\(ids[1])\"]}\n", "\(rest.output)")
    }

    private func refuses(_ desk: Operator) async throws {
        let taken = try await desk.run("users create email=CLI@example.org")
        #expect(taken.status == 65 && taken.output.contains("email_taken"), "\(taken.output)")
        let faulty = try await desk.run("plans create code=x")
        #expect(faulty.status == 65 && faulty.output.contains("/max_streams  required"), "\(faulty.output)")
        let unknown = try await desk.run("users show usr_nobody")
        #expect(unknown.status == 65 && unknown.output.contains("user_not_found"), "\(unknown.output)")
        #expect(try await desk.run("users create nmae=x").status == 64)
        let secret = try await desk.run("outline-nodes create region=local password=hunter2")
        #expect(secret.status == 64 && secret.output.contains("list of processes"), "\(secret.output)")
    }
}
