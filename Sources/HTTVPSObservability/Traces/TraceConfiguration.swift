package import struct Foundation.URL

package struct TraceConfiguration: Sendable {
    package static let defaultRatio = 0.1

    package var endpoint: URL
    package var ratio: Double
    package var headers: Secret?

    package init(endpoint: URL, ratio: Double = Self.defaultRatio, headers: Secret? = nil) {
        self.endpoint = endpoint
        self.ratio = ratio
        self.headers = headers
    }

    package static func headerPairs(_ text: String) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmingPrefix { $0 == " " } }
            guard pair.count == 2, !pair[0].isEmpty, pair[0].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }),
                pair[1].utf8.allSatisfy({ (0x20...0x7E).contains($0) })
            else { return nil }
            pairs.append((String(pair[0]), String(pair[1])))
        }
        return pairs
    }
}
