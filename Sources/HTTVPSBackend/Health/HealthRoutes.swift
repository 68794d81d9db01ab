import HTTPTypes
import HTTVPSObservability
import HTTVPSProtocol

struct HealthRoutes: Sendable {
    let readiness: Readiness

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, RoutePattern(ControlPlanePath.health), operation: Self.health) { _ in
                Answer(json: ["status": "ok", "version": .string(BuildInfo.version)])
            },
            Endpoint(.get, RoutePattern(ControlPlanePath.live), operation: Self.liveness) { _ in Self.well },
            Endpoint(.get, RoutePattern(ControlPlanePath.ready), operation: Self.readiness) { _ in
                guard let obstacle = await readiness.obstacle() else { return Self.well }
                throw ProblemError(obstacle, Self.sentence(obstacle))
            },
        ]
    }

    private static let health = Operation(
        "Says which version runs.",
        answers: [
            200: .json(
                .answer(MemberShape("status", .choice(["ok"])), MemberShape("version", .text(.length(1...200)))))
        ])

    private static let liveness = Operation(
        "Says that the process lives.", answers: [200: .json(.answer(MemberShape("status", .choice(["ok"]))))])

    private static let readiness = Operation(
        "Says whether the backend takes work.",
        answers: [200: .json(.answer(MemberShape("status", .choice(["ok"]))))],
        codes: [.starting, .draining, .databaseUnavailable, .migrationPending])

    private static let well = Answer(json: ["status": "ok"])

    private static func sentence(_ obstacle: ProblemCode) -> String {
        switch obstacle {
        case .starting: "The backend is starting."
        case .draining: "The backend is stopping and takes no new work."
        case .migrationPending: "The database is not at the version that this backend needs: run migrate up."
        default: "The database does not answer at the moment."
        }
    }
}
