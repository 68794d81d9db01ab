import HTTVPSConfiguration
import Testing

struct DotEnvTests {
    @Test(
        "A line of a .env file reads as a shell would read it",
        arguments: [
            ("KEY=value", "value"), ("  KEY = value  ", nil), ("export KEY=value", "value"), ("KEY=", ""),
            ("KEY=a b # comment", "a b"), ("KEY=a#b", "a#b"), ("KEY='a # b' # c", "a # b"), ("KEY='$x\\n'", "$x\\n"),
            (#"KEY="a\nb\t\"c\" \\ \$d \q""#, "a\nb\t\"c\" \\ $d \\q"), ("\u{FEFF}KEY=bom", "bom"),
            ("KEY=a=b", "a=b"), ("KEY=#all comment", ""), ("exported=1", nil),
        ])
    func line(text: String, value: String?) {
        #expect(SettingLayer.dotEnv(text: text, name: ".env").values["KEY"] == value)
    }

    @Test("The last of two equal keys counts, and carriage returns do not matter")
    func lastCounts() {
        let layer = SettingLayer.dotEnv(text: "A=1\r\n\r\n# x\r\nA=2\r\n", name: ".env")
        #expect(layer.values == ["A": "2"])
        #expect(layer.faults.isEmpty)
    }

    @Test(
        "A line that makes no sense is named by its number and never shown",
        arguments: ["hunter2", "1A=hunter2", "A-B=hunter2", "A='hunter2", "A=\"hunter2", "A='x' hunter2", "=hunter2"])
    func faults(text: String) {
        let layer = SettingLayer.dotEnv(text: "OK=1\n" + text, name: ".env")
        #expect(layer.faults.count == 1)
        #expect(layer.faults.first?.key == ".env line 2")
        #expect(!layer.faults.description.contains("hunter2"))
        #expect(layer.values == ["OK": "1"])
    }

    @Test("A .env file that is not there is an empty layer")
    func absent() {
        let layer = SettingLayer.dotEnv(path: "/nonexistent/.env")
        #expect(layer.values.isEmpty && layer.faults.isEmpty)
    }
}
