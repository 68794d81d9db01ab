import Foundation
import HTTVPSConfiguration
import NIOCore

struct ListenError: Error, CustomStringConvertible {
    let code = "cannot_listen"
    let message: String
    let cause: any Error

    init(addresses: [ListenAddress], cause: IOError) {
        let names = addresses.map(\.description).joined(separator: " or ")
        let reason = String(cString: strerror(cause.errnoCode))
        message = "cannot listen on \(names) (BACKEND_HOST, BACKEND_PORT, BACKEND_METRICS_ADDR): \(reason)"
        self.cause = cause
    }

    var description: String { "\(code): \(message)" }
}
