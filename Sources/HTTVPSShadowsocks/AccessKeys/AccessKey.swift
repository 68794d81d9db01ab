package struct AccessKey: Equatable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: UInt16
    package let method: CipherMethod
    package let password: String
    package let prefix: [UInt8]
    package let isOutline: Bool
    package let tag: String?

    package init(
        host: String, port: UInt16, method: CipherMethod, password: String, prefix: [UInt8] = [],
        isOutline: Bool = false, tag: String? = nil
    ) throws(AccessKeyError) {
        guard AccessKeyHost.isValid(host) else {
            throw AccessKeyError(.badHost, "the host is neither a name nor an IP address")
        }
        guard port > 0 else { throw AccessKeyError(.badPort, "the port is not a number from 1 to 65535") }
        guard !password.isEmpty else { throw AccessKeyError(.badCredentials, "the password is empty") }
        guard prefix.count <= method.longestPrefix else {
            throw AccessKeyError(
                .prefixTooLong,
                "the prefix has \(prefix.count) bytes; \(method.rawValue) allows \(method.longestPrefix), so that "
                    + "\(Salt.leastRandomBytes) bytes of the salt stay random")
        }
        self.host = host
        self.port = port
        self.method = method
        self.password = password
        self.prefix = prefix
        self.isOutline = isOutline
        self.tag = tag
    }

    package var masterKey: MasterKey { MasterKey(password: password, method: method) }

    package var description: String { "ss://\(method.rawValue):***@\(AccessKeyHost.inURL(host)):\(port)" }
}
