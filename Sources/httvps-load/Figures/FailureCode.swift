import HTTVPSClient

enum FailureCode {
    static func name(of error: any Error) -> String {
        switch error {
        case let error as ClientError: error.reason ?? error.code.rawValue
        case let error as LoadError: error.code.rawValue
        default: "\(type(of: error))"
        }
    }
}
