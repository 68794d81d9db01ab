package import Logging

package enum Bootstrap {
    @discardableResult
    package static func logging(
        level: Logger.Level, format: LogFormat, output: LogOutput = .standardError
    ) -> LogThreshold {
        let threshold = LogThreshold(level)
        LoggingSystem.bootstrap(
            { handler(label: $0, threshold: threshold, format: format, output: output, provider: $1) },
            metadataProvider: nil)
        return threshold
    }

    package static func logger(
        label: String, level: Logger.Level, format: LogFormat, output: LogOutput
    ) -> Logger {
        Logger(label: label) { label in
            handler(label: label, threshold: LogThreshold(level), format: format, output: output, provider: nil)
        }
    }

    private static func handler(
        label: String, threshold: LogThreshold, format: LogFormat, output: LogOutput, provider: Logger.MetadataProvider?
    ) -> any LogHandler {
        var handler: any LogHandler =
            switch format {
            case .json: JSONLogHandler(label: label, threshold: threshold, output: output)
            case .text: TextLogHandler(label: label, threshold: threshold, output: output)
            }
        handler.metadataProvider = provider
        return handler
    }
}
