/// A user's name and password that a local proxy asks for.
public struct LocalProxyCredentials: Sendable {
    /// The user's name.
    public let user: String
    /// The password.
    public let password: String

    /// Takes a name and a password of 1 to 255 bytes each; a name has no colon.
    public init(user: String, password: String) throws(ClientError) {
        guard (1...255).contains(user.utf8.count), (1...255).contains(password.utf8.count) else {
            throw ClientError(.configuration, "a local proxy's user and password have 1 to 255 bytes each")
        }
        guard !user.contains(":") else {
            throw ClientError(.configuration, "the name of a local proxy's user has no colon")
        }
        self.user = user
        self.password = password
    }

    func match(user: some Collection<UInt8>, password: some Collection<UInt8>) -> Bool {
        let isUser = Self.areEqual(user, self.user.utf8)
        let isPassword = Self.areEqual(password, self.password.utf8)
        return isUser && isPassword
    }

    private static func areEqual(_ given: some Collection<UInt8>, _ wanted: some Collection<UInt8>) -> Bool {
        var difference: UInt8 = given.count == wanted.count ? 0 : 1
        for (left, right) in zip(given, wanted) { difference |= left ^ right }
        return difference == 0
    }
}
