package import Logging

package enum Bootstrap {
    package static func logging(level: Logger.Level, format: LogFormat, output: LogOutput = .standardError) {
        LoggingSystem.bootstrap(
            { handler(label: $0, level: level, format: format, output: output, provider: $1) }, metadataProvider: nil)
    }

    package static func logger(
        label: String, level: Logger.Level, format: LogFormat, output: LogOutput
    ) -> Logger {
        Logger(label: label) { label in
            handler(label: label, level: level, format: format, output: output, provider: nil)
        }
    }

    private static func handler(
        label: String, level: Logger.Level, format: LogFormat, output: LogOutput, provider: Logger.MetadataProvider?
    ) -> any LogHandler {
        var handler: any LogHandler =
            switch format {
            case .json: JSONLogHandler(label: label, level: level, output: output)
            case .text: TextLogHandler(label: label, level: level, output: output)
            }
        handler.metadataProvider = provider
        return handler
    }
}
