import HTTVPSShadowsocks

enum OutlineNodeForm: CaseIterable {
    case link
    case parts
    case management

    var members: [String] {
        switch self {
        case .link: ["access_url"]
        case .parts: ["host", "port", "method", "password"]
        case .management: ["management_url", "cert_sha256"]
        }
    }

    static func access(_ submission: inout Submission) -> OutlineNodeAccess {
        if let key = link(&submission) ?? parts(submission) { return OutlineNodeAccess(key: key) }
        return OutlineNodeAccess(
            managementURL: submission.text("management_url"),
            certificateHash: submission.text("cert_sha256")?.uppercased())
    }

    private static func link(_ submission: inout Submission) -> OutlineKey? {
        guard let link = submission.text("access_url") else { return nil }
        do {
            let key = OutlineKey(try AccessKey(link))
            if key.prefix?.unicodeScalars.contains("\0") == true {
                submission.fault("access_url", .invalidFormat, "The prefix of the link holds a NUL character.")
                return nil
            }
            return key
        } catch {
            submission.fault("access_url", .invalidFormat, "access_url cannot be used: \(error.message).")
            return nil
        }
    }

    private static func parts(_ submission: Submission) -> OutlineKey? {
        guard let host = submission.text("host"), let port = submission.integer("port"),
            let method = submission.choice("method", of: CipherMethod.self), let password = submission.text("password"),
            let key = try? AccessKey(host: host, port: UInt16(port), method: method, password: password)
        else { return nil }
        return OutlineKey(key)
    }
}

extension TextForm {
    static let host = TextForm(length: 1...253, form: "a host name or an IP address") { host in
        (try? AccessKey(host: host, port: 1, method: .default, password: "-")) != nil
    }
}
