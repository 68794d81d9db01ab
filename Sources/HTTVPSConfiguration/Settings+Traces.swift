import Foundation
package import HTTVPSObservability

extension Settings {
    package mutating func traces(endpoint: String, ratio: String, headers: String) -> TraceConfiguration? {
        let schemes = ["http", "https"]
        let ownURL = url(endpoint, schemes: schemes)
        let share =
            read(ratio, expected: "a number from 0 to 1, 0.1 traces one session in ten") { text in
                Double(text).flatMap { (0...1).contains($0) ? $0 : nil }
            } ?? TraceConfiguration.defaultRatio
        let ownHeaders = pairs(headers)
        if let ownURL {
            return share > 0 ? TraceConfiguration(endpoint: ownURL, ratio: share, headers: ownHeaders) : nil
        }
        guard share > 0, let url = standardEndpoint() else { return nil }
        return TraceConfiguration(endpoint: url, ratio: share, headers: ownHeaders ?? standardHeaders())
    }

    private mutating func standardEndpoint() -> URL? {
        let key = "OTEL_EXPORTER_OTLP_ENDPOINT"
        guard let text = text(of: key) else { return nil }
        if let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil { return url }
        reject(key, problem: "is no http:// or https:// URL", expected: "the address of a collector")
        return nil
    }

    private mutating func standardHeaders() -> Secret? {
        let key = "OTEL_EXPORTER_OTLP_HEADERS"
        guard let text = text(of: key) else { return nil }
        if TraceConfiguration.headerPairs(text) != nil { return Secret(text) }
        reject(key, problem: "has a value that does not fit", expected: "name=value, separated by commas")
        return nil
    }

    private mutating func pairs(_ key: String) -> Secret? {
        read(key, expected: "headers like authorization=Bearer xyz, separated by commas", secret: true) { text in
            TraceConfiguration.headerPairs(text) == nil ? nil : Secret(text)
        }
    }
}
