import HTTVPSShadowsocks

struct OutlineKey: Equatable, Sendable {
    var host: String
    var port: Int64
    var method: String
    var password: String
    var prefix: String?
}

extension OutlineKey {
    init(_ key: AccessKey) {
        host = key.host
        port = Int64(key.port)
        method = key.method.rawValue
        password = key.password
        let scalars = key.prefix.map { Unicode.Scalar($0) }
        prefix = scalars.isEmpty ? nil : String(String.UnicodeScalarView(scalars))
    }
}
