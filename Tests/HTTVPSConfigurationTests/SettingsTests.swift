import Foundation
import HTTVPSConfiguration
import HTTVPSObservability
import Testing

struct SettingsTests {
    enum Colour: String, CaseIterable, Sendable { case red, green }

    private func settings(_ values: [String: String], yaml: String? = nil) -> Settings {
        Settings(
            environment: values, yaml: yaml.map { .yaml(text: $0, name: "file.yaml") }, ownPrefixes: ["GATEWAY"])
    }

    private func faults(of settings: Settings) -> [SettingFault] {
        do {
            try settings.finish()
            return []
        } catch { return error.faults }
    }

    @Test("The environment wins over .env, which wins over the YAML file")
    func layers() throws {
        var settings = Settings(
            environment: ["A": "env"], dotEnv: .dotEnv(text: "A=dot\nB=dot", name: ".env"),
            yaml: .yaml(text: "a: yaml\nb: yaml\nc: yaml", name: "f"), ownPrefixes: [])
        #expect(settings.string("A", default: "") == "env")
        #expect(settings.string("B", default: "") == "dot")
        #expect(settings.string("C", default: "") == "yaml")
        #expect(settings.string("D", default: "fallback") == "fallback")
        try settings.finish()
    }

    @Test("An empty value counts as not set and hides the layers below")
    func emptyValue() {
        var settings = settings(["GATEWAY_X": ""], yaml: "gateway: {x: below}")
        #expect(settings.string("GATEWAY_X", default: "fallback") == "fallback")
    }

    @Test("Every fault is reported at once, one sentence each")
    func allAtOnce() {
        var settings = settings(["PORT": "eighty", "FLAG": "maybe", "WAIT": "soon", "COLOUR": "blue"])
        _ = settings.int("PORT", default: 1, in: 1...65_535)
        _ = settings.bool("FLAG", default: false)
        _ = settings.duration("WAIT", default: .zero, in: .zero ... .seconds(60))
        _ = settings.choice("COLOUR", default: Colour.red)
        _ = settings.requiredString("NAME", expected: "a name")
        let faults = faults(of: settings)
        #expect(faults.map(\.key) == ["PORT", "FLAG", "WAIT", "COLOUR", "NAME"])
        #expect(faults[0].description == "PORT is \"eighty\"; expected a whole number from 1 to 65535.")
        #expect(faults[3].description == "COLOUR is \"blue\"; expected one of red, green.")
        #expect(faults[4].description == "NAME is not set; expected a name.")
        #expect(ConfigurationError(faults: faults).message.hasPrefix("The configuration has 5 faults:\n  PORT"))
    }

    @Test("A secret's value stands in no fault")
    func secrets() {
        var settings = settings(["TOKEN": "hunter2"])
        _ = settings.secret("TOKEN", expected: "at least 32 characters", minimumLength: 32)
        _ = settings.requiredSecret("KEY", expected: "a key")
        let faults = faults(of: settings)
        #expect(faults.count == 2)
        #expect(!faults.description.contains("hunter2"))
        var good = self.settings(["TOKEN": "hunter2"])
        #expect(good.secret("TOKEN", expected: "")?.reveal() == "hunter2")
    }

    @Test(
        "Durations have a unit or are seconds",
        arguments: [
            ("10", Duration.seconds(10)), ("10s", .seconds(10)), ("5m", .seconds(300)), ("1h", .seconds(3_600)),
            ("250ms", .milliseconds(250)), ("0.5", .milliseconds(500)), ("1d", .seconds(86_400)),
        ])
    func durations(text: String, duration: Duration) throws {
        var settings = settings(["D": text])
        #expect(settings.duration("D", default: .zero, in: .zero ... .seconds(90_000)) == duration)
        try settings.finish()
    }

    @Test(
        "A duration that is none or out of range is a fault", arguments: ["", "x", "-1", "1w", "s", "61", "1e9", "nan"])
    func badDurations(text: String) {
        var settings = settings(["D": text])
        let value = settings.duration("D", default: .seconds(7), in: .zero ... .seconds(60))
        #expect(value == .seconds(7))
        #expect(faults(of: settings).count == (text.isEmpty ? 0 : 1))
    }

    @Test(
        "Addresses have a host and a port",
        arguments: [
            ("127.0.0.1:80", "127.0.0.1:80"), ("[::1]:0", "[::1]:0"), ("localhost:65535", "localhost:65535"),
            ("::1:80", nil), (":80", nil), ("host", nil), ("host:65536", nil), ("host:-1", nil), ("a b:1", nil),
            ("[host]:1", nil), ("host:", nil), ("host:+1", nil),
        ])
    func addresses(text: String, expected: String?) {
        #expect(ListenAddress(text)?.description == expected)
    }

    @Test(
        "A URL needs a listed scheme and a host, and carries no credentials",
        arguments: [
            ("https://b.example:8080", true), ("http://127.0.0.1:1/x", true), ("ftp://b.example", false),
            ("b.example", false), ("https://", false), ("https://u:hunter2@b.example", false),
        ])
    func urls(text: String, good: Bool) {
        var settings = settings(["U": text])
        #expect((settings.url("U", schemes: ["https", "http"]) != nil) == good)
        #expect(faults(of: settings).isEmpty == good)
        #expect(!faults(of: settings).description.contains("hunter2"))
    }

    @Test("Paths must exist and be of the right kind")
    func paths() {
        var settings = settings(["A": "/etc", "B": "/nonexistent", "C": "/etc", "D": "/etc/hostname"])
        #expect(settings.existingPath("A", .directory) == "/etc")
        _ = settings.requiredPath("B", .file)
        _ = settings.requiredPath("C", .file)
        _ = settings.requiredPath("D", .directory)
        _ = settings.requiredPath("E", .file)
        let problems = faults(of: settings).map { "\($0.key) \($0.problem)" }
        #expect(
            problems == [
                "B names /nonexistent, which does not exist", "C names /etc, which is a directory",
                "D names /etc/hostname, which is no directory", "E is not set",
            ])
    }

    @Test("An unknown key of the service's own in the YAML file is a fault, others are not")
    func unknownKeys() {
        var settings = settings(
            ["GATEWAY_UNKNOWN_IN_ENV": "1"], yaml: "gateway: {listen_adr: x}\nbackend: {base_url: y}")
        _ = settings.string("GATEWAY_LISTEN_ADDR", default: "")
        let faults = faults(of: settings)
        #expect(faults.map(\.key) == ["GATEWAY_LISTEN_ADR"])
        #expect(faults.first?.expected == "perhaps GATEWAY_LISTEN_ADDR")
    }

    @Test("A file that cannot be read is reported together with the other faults")
    func files() {
        var settings = Settings.load(
            ownPrefixes: ["GATEWAY"], yamlPath: "/nonexistent.yaml", dotEnvPath: "/nonexistent.env", environment: [:])
        _ = settings.requiredString("GATEWAY_TOKEN", expected: "a token")
        #expect(faults(of: settings).map(\.key) == ["/nonexistent.yaml", "GATEWAY_TOKEN"])
    }
}
