import Glibc
import HTTVPSObservability
import Logging
import NIOPosix
import NIOSSL
import ServiceLifecycle

struct CertificateReloader: Service, CustomStringConvertible {
    private struct Stamp: Equatable {
        var seconds: Int
        var nanoseconds: Int
        var size: Int64
        var inode: UInt64

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
            size = Int64(status.st_size)
            inode = UInt64(status.st_ino)
        }
    }

    static let interval = Duration.seconds(10)

    var description: String { "CertificateReloader" }

    let certificate: ServerCertificate
    let settings: LiveSettings
    let metrics: GatewayMetrics
    let logger: Logger
    let interval: Duration
    private let first: [Stamp?]

    init(
        certificate: ServerCertificate, settings: LiveSettings, metrics: GatewayMetrics, logger: Logger,
        interval: Duration = CertificateReloader.interval
    ) {
        self.certificate = certificate
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        self.interval = interval
        first = Self.stamps(of: settings)
    }

    func run() async throws {
        noteExpiry()
        await cancelWhenGracefulShutdown { await watch() }
    }

    private func watch() async {
        var seen = first
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            let now = Self.stamps(of: settings)
            guard now != seen, !Task.isCancelled else { continue }
            seen = now
            await reload()
        }
    }

    private static func stamps(of settings: LiveSettings) -> [Stamp?] {
        let listener = settings.current.listener
        return [Stamp(listener.certificatePath), Stamp(listener.keyPath)]
    }

    func reload() async {
        let listener = settings.current.listener
        do {
            try await NIOThreadPool.singleton.runIfActive {
                try certificate.load(certificatePath: listener.certificatePath, keyPath: listener.keyPath)
            }
            metrics.certificateReloads[.reloaded].increment()
            noteExpiry()
            logger.info("the certificate was read again", metadata: .fields([.path: .string(listener.certificatePath)]))
        } catch {
            metrics.certificateReloads[.failed].increment()
            logger.error(
                "the new certificate cannot be used; the old one stays",
                metadata: .fields([.error: .string("\(error)")])
            )
        }
    }

    private func noteExpiry() {
        metrics.certificateExpiry.set(certificate.expiresAt)
        guard certificate.expiresAt <= Int64(time(nil)) else { return }
        logger.warning(
            "the certificate has expired; clients refuse it",
            metadata: .fields([.path: .string(settings.current.listener.certificatePath)]))
    }
}
