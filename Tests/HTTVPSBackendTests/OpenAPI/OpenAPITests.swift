import HTTPTypes
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("The OpenAPI document")
struct OpenAPITests {
    private func document(_ api: World) async throws -> JSONObject {
        let answer = try await api.get("/api/v1/openapi.json")
        #expect(answer.status == 200)
        return try #require(answer.json.object)
    }

    @Test("names every route with its roles, and no route that is not there")
    func routes() async throws {
        try await World.run { world in
            let paths = try #require(try await document(world)["paths"]?.object)
            var described: Set<String> = []
            for path in paths.members {
                for method in path.value.object?.members ?? [] {
                    described.insert("\(method.name.uppercased()) \(path.name)")
                    #expect(method.value.object?["summary"]?.text?.isEmpty == false, "\(method.name) \(path.name)")
                }
            }
            let endpoints = world.table.endpoints
            #expect(described == Set(endpoints.map { "\($0.method.rawValue) \($0.pattern.text)" }))
            #expect(endpoints.allSatisfy { $0.operation != nil })
            for endpoint in endpoints {
                let name = endpoint.method.rawValue.lowercased()
                let operation = paths[endpoint.pattern.text]?.object?[name]?.object
                let access = RolePolicy.standard.access(endpoint.method, endpoint.pattern)
                var expected: [JSONValue] = []
                if case .only(let roles) = access {
                    expected = CallerRole.allCases.filter(roles.contains).map { .string($0.rawValue) }
                }
                #expect(operation?["x-httvps-roles"] == .array(expected), "\(name) \(endpoint.pattern.text)")
            }
        }
    }

    @Test("refers only to what it defines, and names each operation once")
    func references() async throws {
        try await World.run { world in
            let document = try await document(world)
            let text = JSONWriter.text(of: .object(document))
            let components = try #require(document["components"]?.object)
            for match in text.matches(of: /"#\/components\/(\w+)\/([\w-]+)"/) {
                let (kind, name) = (String(match.1), String(match.2))
                #expect(components[kind]?.object?[name] != nil, "\(kind)/\(name)")
            }
            let names = text.matches(of: /"operationId":"(\w+)"/).map { String($0.1) }
            #expect(names.count == world.table.endpoints.count && Set(names).count == names.count)
        }
    }

    @Test("is made of the rules that judge: a form's pattern is that form")
    func patterns() throws {
        let samples = [
            "", "a", "A", "EUR", "EURO", "eur", "eu", "eu-west", "9a", "-a", "a_b", "a@b", "a@@b", "@b", "a b@c", "é@ü",
            "a\u{0}@b", String(repeating: "a", count: 64), String(repeating: "a", count: 65),
            String(repeating: "a", count: 33), String(repeating: "aB", count: 32), "a\u{85}b", "x\n",
        ]
        let forms: [TextForm] = [.email, .planCode, .regionCode, .currency, .certificateHash, .name]
        for form in forms {
            let pattern = try Regex(try #require(form.pattern)).matchingSemantics(.unicodeScalar)
            for sample in samples {
                let unlimited = TextForm(pattern: form.pattern, form: form.form, isValid: form.isValid)
                var faults = FaultList()
                _ = unlimited.judged(.string(sample), at: .top, &faults)
                let isMatch = try pattern.wholeMatch(in: sample) != nil
                #expect(isMatch == faults.isEmpty, "\(form.form): \(sample.debugDescription)")
            }
        }
    }
}
