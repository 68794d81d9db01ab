package import Logging

package struct TextLogHandler: LogHandler {
    package var logLevel: Logger.Level {
        get { ownLevel ?? threshold.level }
        set { ownLevel = newValue }
    }

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private var ownLevel: Logger.Level?
    private let threshold: LogThreshold
    private let label: String
    private let output: LogOutput
    private let now: @Sendable () -> Timestamp

    package init(
        label: String, threshold: LogThreshold, output: LogOutput,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.label = label
        self.output = output
        self.now = now
        self.threshold = threshold
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var text = "\(now()) \(event.level.rawValue.uppercased()) \(label): \(event.message)"
        for (key, value) in event.fields(of: self).sorted(by: { $0.key < $1.key }) { text += " \(key)=\(value)" }
        var line = text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
        line.append(UInt8(ascii: "\n"))
        output.write(line: line)
    }
}
