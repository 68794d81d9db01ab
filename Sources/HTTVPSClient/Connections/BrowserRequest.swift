import HTTVPSProtocol

struct BrowserRequest: Equatable, Sendable {
    typealias Headers = [(name: String, value: String)]

    private static let platforms = [
        "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64",
    ]
    private static let versions = 138...142
    private static let languages = [
        "en-US,en;q=0.9", "en-GB,en-US;q=0.9,en;q=0.8", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7",
        "fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", "es-ES,es;q=0.9,en;q=0.8", "nl-NL,nl;q=0.9,en-US;q=0.8,en;q=0.7",
    ]
    private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    private static let acceptEncoding = "gzip, deflate, br, zstd"

    let userAgent: String
    let acceptLanguage: String

    init(deviceID: String) {
        var seed: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in deviceID.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let number = Int(truncatingIfNeeded: seed >> 33)
        let platform = Self.platforms[number % Self.platforms.count]
        let version = Self.versions.lowerBound + (number / 7) % Self.versions.count
        userAgent =
            "Mozilla/5.0 (\(platform)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/\(version).0.0.0 Safari/537.36"
        acceptLanguage = Self.languages[(number / 41) % Self.languages.count]
    }

    func upgrade(to gateway: GatewayAddress, key: String) -> Headers {
        [
            ("Host", gateway.hostHeader), ("Connection", "Upgrade"), ("Pragma", "no-cache"),
            ("Cache-Control", "no-cache"), ("User-Agent", userAgent), ("Upgrade", "websocket"),
            ("Origin", gateway.origin), ("Sec-WebSocket-Version", "13"), ("Accept-Encoding", Self.acceptEncoding),
            ("Accept-Language", acceptLanguage), ("Cookie", Self.cookie()), ("Sec-WebSocket-Key", key),
        ]
    }

    func extendedConnect(to gateway: GatewayAddress) -> Headers {
        [
            (":method", "CONNECT"), (":authority", gateway.hostHeader), (":scheme", "https"), (":path", gateway.path),
            (":protocol", "websocket"), ("pragma", "no-cache"), ("cache-control", "no-cache"),
            ("user-agent", userAgent), ("origin", gateway.origin), ("sec-websocket-version", "13"),
            ("accept-encoding", Self.acceptEncoding), ("accept-language", acceptLanguage),
            ("cookie", Self.cookie()),
        ]
    }

    private static func cookie() -> String {
        let count = Int.random(in: 16...96)
        return "sid=" + String((0..<count).compactMap { _ in letters.randomElement() })
    }
}
