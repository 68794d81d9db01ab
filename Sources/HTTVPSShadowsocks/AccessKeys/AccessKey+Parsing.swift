import Foundation

extension AccessKey {
    private typealias Credentials = (method: CipherMethod, password: String)

    package init(_ link: String) throws(AccessKeyError) {
        let link = link.trimmingCharacters(in: .whitespacesAndNewlines)
        guard link.prefix(5).lowercased() == "ss://" else {
            throw AccessKeyError(.notShadowsocks, "the link does not start with ss://")
        }
        let (beforeTag, tag) = Self.cut(link.dropFirst(5), at: "#")
        let (body, query) = Self.cut(beforeTag, at: "?")
        let options = try AccessKeyOptions(query: query ?? "")
        let (credentials, address) = try Self.parts(of: body)
        let (host, port) = try AccessKeyHost.split(address)
        try self.init(
            host: host, port: port, method: credentials.method, password: credentials.password,
            prefix: options.prefix, isOutline: options.isOutline,
            tag: tag.map { PercentEncoding.decode($0) ?? String($0) })
    }

    private static func parts(of body: Substring) throws(AccessKeyError) -> (Credentials, Substring) {
        if let at = body.lastIndex(of: "@") {
            let (address, path) = cut(body[body.index(after: at)...], at: "/")
            guard path?.isEmpty ?? true else {
                throw AccessKeyError(.badPath, "nothing but a question mark may follow the slash behind the port")
            }
            return (try credentials(inUserInfo: body[..<at]), address)
        }
        let trimmed = body.hasSuffix("/") ? body.dropLast() : body
        guard let decoded = LinkBase64.decode(try percentDecoded(trimmed)) else {
            throw AccessKeyError(.badEncoding, "the link has no @ and is not base64 either")
        }
        guard let at = decoded.lastIndex(of: "@") else {
            throw AccessKeyError(.badCredentials, "the link's base64 does not hold method:password@host:port")
        }
        return (try credentials(in: decoded[..<at]), decoded[decoded.index(after: at)...])
    }

    private static func credentials(inUserInfo text: Substring) throws(AccessKeyError) -> Credentials {
        if let colon = text.firstIndex(of: ":") {
            let name = try percentDecoded(text[..<colon])
            return (try method(name), try percentDecoded(text[text.index(after: colon)...]))
        }
        let plain = try percentDecoded(text)
        if let decoded = LinkBase64.decode(plain) { return try credentials(in: decoded[...]) }
        guard plain.contains(":") else {
            throw AccessKeyError(.badEncoding, "the part before @ is neither base64 nor method:password")
        }
        return try credentials(in: plain[...])
    }

    private static func credentials(in text: Substring) throws(AccessKeyError) -> Credentials {
        guard let colon = text.firstIndex(of: ":") else {
            throw AccessKeyError(.badCredentials, "the part before @ does not hold method:password")
        }
        return (try method(String(text[..<colon])), String(text[text.index(after: colon)...]))
    }

    private static func method(_ name: String) throws(AccessKeyError) -> CipherMethod {
        guard let method = CipherMethod(name: name) else {
            let supported = CipherMethod.allCases.map(\.rawValue).joined(separator: ", ")
            throw AccessKeyError(.unsupportedMethod, "the link's cipher is not one of \(supported)")
        }
        return method
    }

    private static func percentDecoded(_ text: Substring) throws(AccessKeyError) -> String {
        guard let decoded = PercentEncoding.decode(text) else {
            throw AccessKeyError(.badEncoding, "the part before @ is not percent-encoded UTF-8")
        }
        return decoded
    }

    static func cut(_ text: Substring, at separator: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }
}
