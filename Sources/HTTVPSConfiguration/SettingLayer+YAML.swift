import Foundation
import Yams

extension SettingLayer {
    package static func yaml(path: String) -> SettingLayer {
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else {
            let fault = SettingFault(key: path, problem: "cannot be read", expected: "a readable YAML file in UTF-8")
            return SettingLayer(name: path, values: [:], faults: [fault])
        }
        return yaml(text: text, name: path)
    }

    package static func yaml(text: String, name: String) -> SettingLayer {
        var layer = SettingLayer(name: name, values: [:])
        do {
            guard let root = try Yams.compose(yaml: text) else { return layer }
            if root.isNull { return layer }
            guard case .mapping(let mapping) = root else {
                layer.faults = [SettingFault(key: name, problem: "is no mapping", expected: "keys with values")]
                return layer
            }
            layer.flatten(mapping, path: [])
        } catch {
            let problem = "is no valid YAML\(place(of: error))"
            layer.faults = [SettingFault(key: name, problem: problem, expected: "keys with values, each key once")]
        }
        return layer
    }

    private mutating func flatten(_ mapping: Node.Mapping, path: [String]) {
        for (keyNode, value) in mapping {
            guard case .scalar(let scalar) = keyNode else {
                let place = path.isEmpty ? name : path.joined(separator: "_")
                faults.append(SettingFault(key: place, problem: "has a key that is no text", expected: "a name"))
                continue
            }
            add(value, path: path + [scalar.string.uppercased()])
        }
    }

    private mutating func add(_ node: Node, path: [String]) {
        let key = path.joined(separator: "_")
        switch node {
        case .mapping(let mapping): flatten(mapping, path: path)
        case .scalar(let scalar): set(key, to: node.isNull ? "" : scalar.string)
        case .sequence(let sequence):
            let texts = sequence.compactMap(\.scalar?.string)
            if texts.count == sequence.count {
                set(key, to: texts.joined(separator: ","))
            } else {
                faults.append(
                    SettingFault(
                        key: key, problem: "is a list of lists or mappings", expected: "a list of plain values"))
            }
        case .alias:
            faults.append(SettingFault(key: key, problem: "is an alias", expected: "the value itself"))
        }
    }

    private mutating func set(_ key: String, to value: String) {
        if values.updateValue(value, forKey: key) != nil {
            faults.append(SettingFault(key: key, problem: "stands twice in \(name)", expected: "each key once"))
        }
    }

    private static func place(of error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            " at line \(mark.line), column \(mark.column)"
        case .duplicatedKeysInMapping(_, let context):
            " (a key stands twice in the mapping at line \(context.mark.line))"
        default: ""
        }
    }
}

extension Node {
    fileprivate var isNull: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}
