import Foundation
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

    static func access(_ reader: inout MemberReader) -> OutlineNodeDraft.Access? {
        let named = allCases.filter { form in form.members.contains { reader.names($0) } }
        let only = named.count == 1 ? named.first : nil
        let link = link(&reader)
        let parts = parts(&reader, required: only == .parts)
        let management = management(&reader, required: only == .management)
        switch only {
        case .link: return link
        case .parts: return parts
        case .management: return management
        case nil:
            let second = named.dropFirst().first?.members.first { reader.names($0) } ?? "access_url"
            reader.fault(second, .oneForm, "Give access_url, or host, port, method and password, or management_url.")
            return nil
        }
    }

    private static func link(_ reader: inout MemberReader) -> OutlineNodeDraft.Access? {
        guard let link = reader.text("access_url", length: 1...4_096) else { return nil }
        do {
            let key = OutlineKey(try AccessKey(link))
            if key.prefix?.unicodeScalars.contains("\0") == true {
                reader.fault("access_url", .invalidFormat, "The prefix of the link holds a NUL character.")
                return nil
            }
            return .key(key)
        } catch {
            reader.fault("access_url", .invalidFormat, "access_url cannot be used: \(error.message).")
            return nil
        }
    }

    private static func parts(_ reader: inout MemberReader, required: Bool) -> OutlineNodeDraft.Access? {
        let host = reader.text(
            "host", required: required, length: 1...253, form: "a host name or an IP address", where: isHost)
        let port = reader.integer("port", required: required, range: 1...65_535)
        let method = reader.choice("method", of: CipherMethod.self, required: required)
        let password = reader.text("password", required: required, length: 1...1_024)
        guard let host, let port, let method, let password,
            let key = try? AccessKey(host: host, port: UInt16(port), method: method, password: password)
        else { return nil }
        return .key(OutlineKey(key))
    }

    private static func management(_ reader: inout MemberReader, required: Bool) -> OutlineNodeDraft.Access? {
        let url = reader.text(
            "management_url", required: required, length: 1...2_048, form: "an https:// URL",
            where: { NodeURL.isValid($0, scheme: "https") })
        let hash = reader.pattern(
            "cert_sha256", required: required, form: "64 hexadecimal digits", where: isCertificateHash)
        guard let url, let hash else { return nil }
        return .management(url: url, certificateHash: hash.uppercased())
    }

    private static func isHost(_ host: String) -> Bool {
        (try? AccessKey(host: host, port: 1, method: .default, password: "-")) != nil
    }

    private static func isCertificateHash(_ text: String) -> Bool {
        text.utf8.count == 64 && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}
