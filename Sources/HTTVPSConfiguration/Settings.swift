import Foundation

package struct Settings: Sendable {
    private let layers: [SettingLayer]
    private let prefixes: [String]
    private let fileLayer: SettingLayer?
    package private(set) var askedKeys: Set<String> = []
    package private(set) var faults: [SettingFault]

    package init(
        environment: [String: String], dotEnv: SettingLayer? = nil, yaml: SettingLayer? = nil, ownPrefixes: [String]
    ) {
        let environmentLayer = SettingLayer(name: "the environment", values: environment)
        layers = [environmentLayer, dotEnv, yaml].compactMap(\.self)
        faults = layers.flatMap(\.faults)
        fileLayer = yaml
        prefixes = ownPrefixes
    }

    package static func load(
        ownPrefixes: [String], yamlPath: String?, dotEnvPath: String = ".env",
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Settings {
        Settings(
            environment: environment, dotEnv: .dotEnv(path: dotEnvPath), yaml: yamlPath.map(SettingLayer.yaml(path:)),
            ownPrefixes: ownPrefixes)
    }

    package mutating func value(_ key: String) -> String? {
        askedKeys.insert(key)
        return text(of: key)
    }

    func text(of key: String) -> String? {
        for layer in layers {
            guard let value = layer.values[key] else { continue }
            return value.isEmpty ? nil : value
        }
        return nil
    }

    package mutating func read<Value>(
        _ key: String, expected: String, secret: Bool = false, as parse: (String) -> Value?
    ) -> Value? {
        guard let text = value(key) else { return nil }
        if let parsed = parse(text) { return parsed }
        let isHidden = secret || text.contains("@")
        reject(key, problem: isHidden ? "has a value that does not fit" : "is \(Self.quoted(text))", expected: expected)
        return nil
    }

    package mutating func require<Value>(
        _ key: String, expected: String, secret: Bool = false, placeholder: Value, as parse: (String) -> Value?
    ) -> Value {
        guard value(key) != nil else {
            reject(key, problem: "is not set", expected: expected)
            return placeholder
        }
        return read(key, expected: expected, secret: secret, as: parse) ?? placeholder
    }

    package var fingerprint: [String: Int] {
        Dictionary(uniqueKeysWithValues: askedKeys.map { ($0, text(of: $0).hashValue) })
    }

    package mutating func reject(_ key: String, problem: String, expected: String) {
        faults.append(SettingFault(key: key, problem: problem, expected: expected))
    }

    package func finish() throws(ConfigurationError) {
        let all = faults + unknownKeys()
        if !all.isEmpty { throw ConfigurationError(faults: all) }
    }

    private func unknownKeys() -> [SettingFault] {
        guard let fileLayer else { return [] }
        let unknown = fileLayer.values.keys.filter { key in
            !askedKeys.contains(key) && prefixes.contains { key == $0 || key.hasPrefix($0 + "_") }
        }
        return unknown.sorted().map { key in
            let nearest = askedKeys.min { EditDistance.between($0, key) < EditDistance.between($1, key) }
            let expected =
                nearest.flatMap { EditDistance.between($0, key) <= 3 ? "perhaps \($0)" : nil }
                ?? "a key that deploy/*.example.yaml shows"
            return SettingFault(key: key, problem: "in \(fileLayer.name) is no known key", expected: expected)
        }
    }

    private static func quoted(_ text: String) -> String {
        let printable = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) }
        return "\"" + String(printable.prefix(80)) + (printable.count > 80 ? "…" : "") + "\""
    }
}
