package struct SQLValue: Sendable, Equatable {
    package enum Payload: Sendable, Equatable {
        case null
        case text(String)
        case bytes([UInt8])
    }

    package struct DataType: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let inferred = DataType(rawValue: 0)
        package static let bool = DataType(rawValue: 16)
        package static let bytea = DataType(rawValue: 17)
        package static let int8 = DataType(rawValue: 20)
        package static let float8 = DataType(rawValue: 701)
        package static let timestamptz = DataType(rawValue: 1184)
        package static let boolArray = DataType(rawValue: 1000)
        package static let byteaArray = DataType(rawValue: 1001)
        package static let int8Array = DataType(rawValue: 1016)
        package static let float8Array = DataType(rawValue: 1022)
        package static let timestamptzArray = DataType(rawValue: 1185)
    }

    package var type: DataType
    package var payload: Payload

    package init(type: DataType, payload: Payload) {
        self.type = type
        self.payload = payload
    }
}
