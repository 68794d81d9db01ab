package import Logging

extension Dictionary where Key == String, Value == Logger.MetadataValue {
    package static func fields(_ pairs: KeyValuePairs<LogKey, Logger.MetadataValue>) -> Logger.Metadata {
        Dictionary(pairs.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { _, last in last })
    }

    package subscript(key: LogKey) -> Logger.MetadataValue? {
        get { self[key.rawValue] }
        set { self[key.rawValue] = newValue }
    }
}

extension Logger {
    package subscript(key: LogKey) -> Logger.MetadataValue? {
        get { self[metadataKey: key.rawValue] }
        set { self[metadataKey: key.rawValue] = newValue }
    }

    package func with(_ pairs: KeyValuePairs<LogKey, Logger.MetadataValue>) -> Logger {
        var copy = self
        for (key, value) in pairs { copy[key] = value }
        return copy
    }
}

extension Logger.MetadataValue {
    package static func number(_ value: some BinaryInteger & Sendable) -> Logger.MetadataValue {
        .stringConvertible(Int64(clamping: value))
    }

    package static func text(_ value: some CustomStringConvertible) -> Logger.MetadataValue {
        .string(value.description)
    }
}
