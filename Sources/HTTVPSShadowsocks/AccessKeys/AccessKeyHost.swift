import NIOCore

enum AccessKeyHost {
    static func isValid(_ host: String) -> Bool { isIPv6(host) || isName(host) }

    static func inURL(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    static func split(_ text: Substring) throws(AccessKeyError) -> (host: String, port: UInt16) {
        guard let colon = text.lastIndex(of: ":") else {
            throw AccessKeyError(.badPort, "the link names no port")
        }
        var host = text[..<colon]
        let port = text[text.index(after: colon)...]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard isIPv6(String(host)) else { throw AccessKeyError(.badHost, "the address in brackets is not IPv6") }
        } else if host.contains(":") {
            throw AccessKeyError(.badHost, "an IPv6 address stands in brackets: [address]:port")
        }
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = UInt16(port), port > 0
        else { throw AccessKeyError(.badPort, "the port is not a number from 1 to 65535") }
        return (String(host), port)
    }

    private static func isIPv6(_ text: String) -> Bool {
        text.contains(":") && !text.contains("%") && (try? SocketAddress(ipAddress: text, port: 1)) != nil
    }

    private static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
