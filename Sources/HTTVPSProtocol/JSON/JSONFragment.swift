package struct JSONFragment {
    package let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var text: ArraySlice<UInt8>? {
        bytes.first == UInt8(ascii: "\"") ? JSONText.unescaped(bytes.dropFirst().dropLast()) : nil
    }

    package var string: String? { text.flatMap { String(validating: $0, as: UTF8.self) } }

    var integer: UInt64? {
        bytes.count <= 20 ? UInt64(String(decoding: bytes, as: UTF8.self)) : nil
    }

    package var bool: Bool? {
        switch bytes.first {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    package var elements: [JSONFragment]? {
        get throws(TunnelError) {
            var scanner = JSONScanner(bytes)
            guard scanner.next(UInt8(ascii: "[")) else { return nil }
            var elements: [JSONFragment] = []
            guard !scanner.next(UInt8(ascii: "]")) else { return elements }
            repeat { elements.append(try scanner.value()) } while scanner.next(UInt8(ascii: ","))
            return elements
        }
    }

    var object: JSONObject {
        get throws(TunnelError) { try JSONObject(bytes) }
    }
}
