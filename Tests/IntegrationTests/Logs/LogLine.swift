import Foundation

struct LogLine {
    static let levels: Set<String> = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    let text: String
    let fields: [String: Any]

    static func all(in file: URL) throws -> (lines: [LogLine], strays: [String]) {
        let texts = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        var (lines, strays): ([LogLine], [String]) = ([], [])
        for text in texts {
            if let fields = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] {
                lines.append(LogLine(text: text, fields: fields))
            } else {
                strays.append(text)
            }
        }
        return (lines, strays)
    }

    var message: String { fields["message"] as? String ?? "" }

    var level: String { fields["level"] as? String ?? "" }

    func follows(schemaOf service: String, keys: Set<String>) -> Bool {
        let time = fields["time"] as? String ?? ""
        guard time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, Self.levels.contains(level),
            fields["logger"] as? String == service, !message.isEmpty
        else { return false }
        if ["trace", "debug"].contains(level) { return true }
        return keys.isSuperset(of: Set(fields.keys).subtracting(["time", "level", "logger", "message"]))
    }
}
