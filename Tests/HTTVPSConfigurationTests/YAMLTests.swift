import HTTVPSConfiguration
import Testing

struct YAMLTests {
    @Test("Nested and flat keys name the same settings")
    func keys() {
        let nested = SettingLayer.yaml(text: "gateway: {listen_addr: 'a:1', tls: {cert_path: c}}", name: "f")
        let flat = SettingLayer.yaml(text: "GATEWAY_LISTEN_ADDR: 'a:1'\ngateway_tls_cert_path: c", name: "f")
        #expect(nested.values == ["GATEWAY_LISTEN_ADDR": "a:1", "GATEWAY_TLS_CERT_PATH": "c"])
        #expect(flat.values == nested.values)
    }

    @Test("Scalars keep their spelling, null counts as empty, lists are joined by commas")
    func scalars() {
        let text = "a: 0010\nb: true\nc: ~\nd: [x, 1]\ne: 'null'\nf: 1e3\ng:\n"
        let layer = SettingLayer.yaml(text: text, name: "f")
        #expect(layer.values == ["A": "0010", "B": "true", "C": "", "D": "x,1", "E": "null", "F": "1e3", "G": ""])
    }

    @Test(
        "A document that cannot be settings is one clear fault without its text",
        arguments: [
            "a: [hunter2", "- hunter2", "a: hunter2\na: hunter2", "hunter2", "a: [[hunter2]]", "? [hunter2]\n: 1",
        ])
    func faults(text: String) {
        let layer = SettingLayer.yaml(text: text, name: "f.yaml")
        #expect(layer.faults.count == 1)
        #expect(!layer.faults.description.contains("hunter2"))
    }

    @Test("A key that stands nested and flat is a fault")
    func twice() {
        let layer = SettingLayer.yaml(text: "gateway: {token: a}\nGATEWAY_TOKEN: b", name: "f")
        #expect(layer.faults.map(\.key) == ["GATEWAY_TOKEN"])
    }

    @Test("An empty document is an empty layer and a missing file is a fault")
    func empty() {
        #expect(SettingLayer.yaml(text: "# nothing\n", name: "f") == SettingLayer(name: "f", values: [:]))
        #expect(SettingLayer.yaml(path: "/nonexistent.yaml").faults.map(\.problem) == ["cannot be read"])
    }
}
