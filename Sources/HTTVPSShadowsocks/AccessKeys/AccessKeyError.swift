package struct AccessKeyError: Error, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case notShadowsocks = "not_a_shadowsocks_link"
        case badEncoding = "bad_encoding"
        case badCredentials = "bad_credentials"
        case unsupportedMethod = "unsupported_method"
        case badHost = "bad_host"
        case badPort = "bad_port"
        case badPath = "bad_path"
        case badPrefix = "bad_prefix"
        case prefixTooLong = "prefix_too_long"
        case pluginUnsupported = "plugin_unsupported"
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
