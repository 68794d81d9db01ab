package import Logging

package struct JSONLogHandler: LogHandler {
    private static let reserved: Set<String> = ["time", "level", "logger", "message"]

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
        var line = JSONLine()
        line.byte("{")
        line.key("time")
        line.time(now())
        line.key("level")
        line.string(event.level.rawValue)
        line.key("logger")
        line.string(label)
        line.key("message")
        line.string(event.message.description)
        for (key, value) in event.fields(of: self).sorted(by: { $0.key < $1.key }) {
            line.key(Self.reserved.contains(key) ? "field_" + key : key)
            line.value(value)
        }
        line.byte("}")
        line.byte("\n")
        output.write(line: line.bytes)
    }
}
