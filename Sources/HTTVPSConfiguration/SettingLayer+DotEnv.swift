import Foundation

extension SettingLayer {
    package static func dotEnv(path: String) -> SettingLayer {
        guard FileManager.default.fileExists(atPath: path) else { return SettingLayer(name: path, values: [:]) }
        do {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return dotEnv(text: text, name: path)
        } catch {
            let fault = SettingFault(key: path, problem: "cannot be read", expected: "a readable UTF-8 text file")
            return SettingLayer(name: path, values: [:], faults: [fault])
        }
    }

    package static func dotEnv(text: String, name: String) -> SettingLayer {
        var layer = SettingLayer(name: name, values: [:])
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            do {
                guard let entry = try DotEnvLine(line) else { continue }
                layer.values[entry.key] = entry.value
            } catch {
                let fault = SettingFault(
                    key: "\(name) line \(index + 1)", problem: error.problem,
                    expected: "KEY=value, KEY='value' or a # comment")
                layer.faults.append(fault)
            }
        }
        return layer
    }
}
