package import HTTVPSConfiguration
package import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol
package import Logging

package struct BackendConfiguration: Sendable {
    package enum Database: Sendable {
        case server(Secret)
        case ownCluster(folder: String)
    }

    package var database: Database
    package var migrationDSN: Secret?
    package var applicationRole: String
    package var secretKey: Secret
    package var previousSecretKey: Secret?
    package var listen: ListenAddress
    package var metrics: ListenAddress
    package var isDebug: Bool
    package var tokenAlgorithm: TokenAlgorithm
    package var tokenLifetime: Int
    package var poolSize: Int
    package var rateWindowSeconds: Int
    package var operatorRequests: Int
    package var machineRequests: Int
    package var addressRequests: Int
    package var trustedProxies: [String]
    package var canaryTarget: String?
    package var migrationsPath: String
    package var drainDelay: Duration
    package var logLevel: Logger.Level
    package var logFormat: LogFormat
    package var traces: TraceConfiguration?
}

extension BackendConfiguration {
    package static let ownPrefixes = ["BACKEND", "JWT"]

    package init(_ settings: Settings) throws {
        var settings = settings
        self = Self.read(&settings)
        try settings.finish()
    }

    private static func read(_ settings: inout Settings) -> BackendConfiguration {
        let isDebug = settings.bool("BACKEND_DEBUG", default: false)
        let folder = settings.string("BACKEND_STATE_DIR", default: ".run")
        return BackendConfiguration(
            database: database(&settings, isDebug: isDebug, folder: folder),
            migrationDSN: dsn(&settings, "BACKEND_MIGRATION_DSN"), applicationRole: applicationRole(&settings),
            secretKey: secretKey(&settings, isDebug: isDebug, folder: folder),
            previousSecretKey: settings.secret(
                "BACKEND_SECRET_KEY_PREVIOUS", expected: "the secret that BACKEND_SECRET_KEY replaces"),
            listen: ListenAddress(
                host: settings.string("BACKEND_HOST", default: "127.0.0.1"),
                port: settings.int("BACKEND_PORT", default: 8_080, in: 0...65_535)),
            metrics: settings.listenAddress(
                "BACKEND_METRICS_ADDR", default: ListenAddress(host: "127.0.0.1", port: 9_465)),
            isDebug: isDebug, tokenAlgorithm: settings.choice("JWT_ALGORITHM", default: .hs256),
            tokenLifetime: settings.int("JWT_EXPIRE_MINUTES", default: 15, in: 1...10_080) * 60,
            poolSize: settings.int("BACKEND_DB_POOL_SIZE", default: 16, in: 2...200),
            rateWindowSeconds: settings.int("BACKEND_RATE_LIMIT_WINDOW_SEC", default: 30, in: 1...3_600),
            operatorRequests: budget(&settings, "BACKEND_RATE_LIMIT_OPERATORS", 6_000),
            machineRequests: budget(&settings, "BACKEND_RATE_LIMIT_GATEWAYS", 60_000),
            addressRequests: budget(&settings, "BACKEND_RATE_LIMIT_ADDRESSES", 1_200),
            trustedProxies: trustedProxies(&settings),
            canaryTarget: canaryTarget(&settings),
            migrationsPath: settings.string("BACKEND_MIGRATIONS_DIR", default: "migrations"),
            drainDelay: settings.duration("BACKEND_DRAIN_DELAY", default: .seconds(1), in: .zero ... .seconds(300)),
            logLevel: settings.choice("BACKEND_LOG_LEVEL", default: isDebug ? Logger.Level.debug : .info),
            logFormat: settings.choice("BACKEND_LOG_FORMAT", default: .json),
            traces: settings.traces(
                endpoint: "BACKEND_TRACE_ENDPOINT", ratio: "BACKEND_TRACE_RATIO", headers: "BACKEND_TRACE_HEADERS"))
    }

    private static func database(_ settings: inout Settings, isDebug: Bool, folder: String) -> Database {
        if let dsn = dsn(&settings, "BACKEND_DB_DSN") { return .server(dsn) }
        if isDebug { return .ownCluster(folder: folder + "/postgres") }
        settings.reject(
            "BACKEND_DB_DSN", problem: "is not set",
            expected: expectedDSN + ", or BACKEND_DEBUG=true for a private server under \(folder)/")
        return .server(Secret(""))
    }

    private static let expectedDSN = "a PostgreSQL address like \(PostgresDSN.form)"

    private static func dsn(_ settings: inout Settings, _ key: String) -> Secret? {
        guard let dsn = settings.secret(key, expected: expectedDSN) else { return nil }
        if (try? PostgresDSN(dsn.reveal())) == nil {
            settings.reject(key, problem: "has a value that does not fit", expected: expectedDSN)
        }
        return dsn
    }

    private static func applicationRole(_ settings: inout Settings) -> String {
        let name = settings.string("BACKEND_DB_ROLE", default: "httvps_app")
        if !ApplicationRole.isName(name) {
            settings.reject(
                "BACKEND_DB_ROLE", problem: "is no name of a role",
                expected: "1 to 63 of a-z, 0-9 and _, the first a letter, not one of PostgreSQL's own")
        }
        return name
    }

    private static func secretKey(_ settings: inout Settings, isDebug: Bool, folder: String) -> Secret {
        let expected = "at least \(KeyRing.minimumSecretLength) random characters, as openssl rand -hex 32 prints"
        let isGiven = settings.value("BACKEND_SECRET_KEY") != nil
        if !isGiven, isDebug {
            do {
                return try DevelopmentSecret(folder: folder).secret()
            } catch {
                settings.reject("BACKEND_SECRET_KEY", problem: "cannot be kept under \(folder)/", expected: expected)
            }
        }
        return settings.requiredSecret(
            "BACKEND_SECRET_KEY", expected: expected, minimumLength: KeyRing.minimumSecretLength)
    }

    private static func budget(_ settings: inout Settings, _ key: String, _ fallback: Int) -> Int {
        settings.int(key, default: fallback, in: 1...10_000_000)
    }

    private static func canaryTarget(_ settings: inout Settings) -> String? {
        guard let text = settings.value("BACKEND_OUTLINE_CANARY_TARGET") else { return nil }
        if TargetAddress(text) == nil {
            settings.reject(
                "BACKEND_OUTLINE_CANARY_TARGET", problem: "has a value that does not fit",
                expected: "a host with port like example.org:443")
        }
        return text
    }

    private static func trustedProxies(_ settings: inout Settings) -> [String] {
        let listed = settings.list("BACKEND_TRUSTED_PROXIES")
        for text in listed where IPNetwork(text) == nil {
            settings.reject(
                "BACKEND_TRUSTED_PROXIES", problem: "names \"\(text)\"",
                expected: "addresses or networks like 10.0.0.1, 192.168.0.0/16, separated by commas")
        }
        return listed
    }
}
