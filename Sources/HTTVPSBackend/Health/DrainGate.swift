import ServiceLifecycle

struct DrainGate: Service {
    let readiness: Readiness
    let delay: Duration

    func run() async throws {
        readiness.enter(.serving)
        try? await gracefulShutdown()
        readiness.enter(.draining)
        try? await Task.sleep(for: delay)
    }
}
