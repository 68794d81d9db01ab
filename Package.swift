// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let fuzzesByCoverage = Context.environment["HTTVPS_FUZZ_BY_COVERAGE"] != nil

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioFoundation: Target.Dependency = .product(name: "NIOFoundationCompat", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTPCompression: Target.Dependency = .product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")

let package = Package(
    name: "httvps",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "HTTVPSClient", targets: ["HTTVPSClient"]),
        .executable(name: "httvps-backend", targets: ["httvps-backend"]),
        .executable(name: "httvps-gateway", targets: ["httvps-gateway"]),
        .executable(name: "httvps", targets: ["httvps"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),

        .target(name: "HTTVPSProtocol", dependencies: [nioCore, deque, crypto], swiftSettings: strict),
        .target(name: "HTTVPSConfiguration", dependencies: ["HTTVPSObservability", yams], swiftSettings: strict),
        .target(
            name: "HTTVPSObservability",
            dependencies: [logging, tracing, lifecycle, unixSignals, httpClient, nioCore, nioPosix, nioHTTP1],
            swiftSettings: strict),
        .target(name: "HTTVPSSodium", dependencies: ["CLibSodium"], swiftSettings: strict),
        .target(name: "HTTVPSPostgres", dependencies: ["CLibPQ", crypto, logging], swiftSettings: strict),
        .target(name: "HTTVPSShadowsocks", dependencies: ["HTTVPSSodium", nioCore, crypto], swiftSettings: strict),
        .target(
            name: "HTTVPSGateway",
            dependencies: [
                "HTTVPSProtocol", "HTTVPSConfiguration", "HTTVPSObservability", "HTTVPSShadowsocks",
                nioCore, nioPosix, nioHTTP1, nioHTTP2, nioHPACK, nioTLS, nioFoundation, nioSSL, httpTypes,
                hummingbird, httpClient, lifecycle, unixSignals, logging, tracing, crypto, deque,
            ],
            swiftSettings: strict),
        .target(
            name: "HTTVPSBackend",
            dependencies: [
                "HTTVPSProtocol", "HTTVPSConfiguration", "HTTVPSObservability", "HTTVPSPostgres", "HTTVPSShadowsocks",
                "HTTVPSSodium", nioCore, nioPosix, nioEmbedded, nioHTTP1, nioSSL, nioHTTPCompression, nioHTTPTypes,
                hummingbird, httpTypes, jwtKit, crypto, lifecycle, unixSignals, logging, tracing,
            ],
            swiftSettings: strict),
        .target(
            name: "HTTVPSClient",
            dependencies: [
                "HTTVPSProtocol", nioCore, nioPosix, nioHTTP1, nioHTTP2, nioHPACK, nioTLS, nioSSL, deque,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "httvps-backend",
            dependencies: [
                "HTTVPSBackend", "HTTVPSConfiguration", "HTTVPSObservability", "HTTVPSPostgres", arguments, logging,
                lifecycle, unixSignals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "httvps-gateway",
            dependencies: [
                "HTTVPSGateway", "HTTVPSConfiguration", "HTTVPSObservability", arguments, logging, lifecycle,
                unixSignals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "httvps",
            dependencies: [
                "HTTVPSClient", "HTTVPSProtocol", nioCore, nioPosix, nioHTTP1, nioFoundation, nioSSL, httpClient,
                crypto, arguments, logging, unixSignals,
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "httvps-load",
            dependencies: [
                "HTTVPSClient", "HTTVPSProtocol", "HTTVPSObservability", nioCore, nioPosix, nioHTTP1, nioFoundation,
                httpClient, unixSignals,
            ],
            swiftSettings: strict),

        .target(
            name: "HTTVPSTestSupport",
            dependencies: ["HTTVPSPostgres", nioCore, nioPosix, logging],
            path: "Tests/HTTVPSTestSupport",
            swiftSettings: strict),
        .testTarget(
            name: "HTTVPSProtocolTests",
            dependencies: ["HTTVPSProtocol", nioCore],
            swiftSettings: strict),
        .testTarget(
            name: "HTTVPSConfigurationTests", dependencies: ["HTTVPSConfiguration", "HTTVPSObservability"],
            swiftSettings: strict),
        .testTarget(
            name: "HTTVPSObservabilityTests",
            dependencies: ["HTTVPSObservability", nioCore, nioPosix, logging, tracing],
            swiftSettings: strict),
        .testTarget(
            name: "HTTVPSPostgresTests",
            dependencies: ["HTTVPSPostgres", "HTTVPSTestSupport", logging],
            swiftSettings: strict),
        .testTarget(
            name: "HTTVPSShadowsocksTests",
            dependencies: ["HTTVPSShadowsocks", "HTTVPSSodium", "HTTVPSTestSupport", nioCore, nioPosix, crypto],
            swiftSettings: strict),
        .testTarget(
            name: "HTTVPSGatewayTests",
            dependencies: [
                "HTTVPSGateway", "HTTVPSProtocol", "HTTVPSConfiguration", "HTTVPSObservability", "HTTVPSShadowsocks",
                "HTTVPSTestSupport", nioCore, nioPosix, nioEmbedded, nioHTTP1, nioHTTP2, nioHPACK, nioTLS,
                nioFoundation,
                nioSSL, hummingbird,
                hummingbirdTesting, lifecycle, httpTypes, httpClient, logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HTTVPSBackendTests",
            dependencies: [
                "HTTVPSBackend", "HTTVPSProtocol", "HTTVPSConfiguration", "HTTVPSObservability", "HTTVPSPostgres",
                "HTTVPSShadowsocks", "HTTVPSSodium", "HTTVPSTestSupport", nioCore, nioPosix, nioEmbedded, nioHTTP1,
                nioHTTPTypes, nioSSL,
                hummingbird, hummingbirdTesting, httpTypes, crypto, logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HTTVPSClientTests",
            dependencies: [
                "HTTVPSClient", "HTTVPSProtocol", "HTTVPSTestSupport", nioCore, nioPosix, nioEmbedded, nioHTTP2,
                nioHPACK,
                nioTLS, nioSSL,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "httvpsTests",
            dependencies: [
                "httvps", "HTTVPSClient", "HTTVPSProtocol", "HTTVPSTestSupport", nioCore, nioHTTP1, arguments,
            ],
            swiftSettings: strict),
        .testTarget(name: "httvpsLoadTests", dependencies: ["httvps-load", nioCore], swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "HTTVPSTestSupport", "HTTVPSClient", "HTTVPSGateway", "HTTVPSObservability", "HTTVPSPostgres",
                "HTTVPSProtocol", "HTTVPSShadowsocks", nioCore, nioPosix,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "httvps-fuzz",
            dependencies: ["HTTVPSProtocol", "HTTVPSShadowsocks", "HTTVPSGateway", "HTTVPSClient", nioCore],
            path: "Tests/Fuzz",
            exclude: ["Corpora", fuzzesByCoverage ? "Seeded" : "Coverage"],
            swiftSettings: strict + (fuzzesByCoverage ? [.unsafeFlags(["-parse-as-library"])] : [])),
    ],
    swiftLanguageModes: [.v6]
)
