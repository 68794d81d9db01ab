import Foundation

struct MediaRange: Sendable {
    let type: String
    let quality: Double
    let version: String?

    var isVersionOne: Bool { version == nil || version == "1.0.0" || version == "0.0.1" }

    init(_ text: Substring) {
        let parts = text.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        type = parts.first ?? ""
        let parameters = parts.dropFirst().map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        quality = parameters.first { $0.first == "q" && $0.count == 2 }.flatMap { Double($0[1]) } ?? 1
        version = parameters.first { $0.first == "version" && $0.count == 2 }?[1]
    }
}
