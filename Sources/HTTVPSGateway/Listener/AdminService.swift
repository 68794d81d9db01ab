import HTTVPSConfiguration
import NIOCore
import ServiceLifecycle

struct AdminService<Site: Service>: Service, CustomStringConvertible {
    let site: Site
    let address: ListenAddress

    var description: String { "AdminService" }

    func run() async throws {
        do {
            try await site.run()
        } catch let error as IOError {
            throw ListenerError(.cannotBind, "GATEWAY_METRICS_ADDR \(address) cannot be bound", cause: error)
        }
    }
}
