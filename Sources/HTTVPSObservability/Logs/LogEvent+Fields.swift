import Logging

extension LogEvent {
    func fields(of handler: some LogHandler) -> Logger.Metadata {
        var fields = handler.metadata
        if let provided = handler.metadataProvider?.get(), !provided.isEmpty {
            fields.merge(provided) { _, new in new }
        }
        if let metadata { fields.merge(metadata) { _, new in new } }
        if let error, fields[LogKey.error.rawValue] == nil { fields[LogKey.error.rawValue] = .string("\(error)") }
        return fields
    }
}
