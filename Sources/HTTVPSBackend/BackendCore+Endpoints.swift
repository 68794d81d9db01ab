import HTTVPSPostgres

extension BackendCore {
    var endpoints: [Endpoint] {
        let described =
            HealthRoutes(readiness: readiness).endpoints
            + (deviceEndpoints + signInEndpoints + gatewayEndpoints + administration.all).map(onceKeysAreRead)
        return described + OpenAPIRoutes(describing: described, policy: .standard).endpoints
    }

    private func onceKeysAreRead(_ endpoint: Endpoint) -> Endpoint {
        var guarded = endpoint
        guarded.respond = { [keys] call in
            try keys.checkOpen()
            return try await endpoint.respond(call)
        }
        return guarded
    }

    private var deviceEndpoints: [Endpoint] {
        EnrollmentRoutes(
            desk: administration.desk, hasher: hasher, tokens: deviceTokens, outcomes: credentialMetrics.enrollments
        ).endpoints
            + RefreshRoutes(
                store: RefreshStore(pool: pool, hasher: hasher, secrets: deviceTokens.secrets), tokens: deviceTokens,
                outcomes: credentialMetrics.refreshes
            ).endpoints
    }

    var signInEndpoints: [Endpoint] {
        SignInRoutes(
            desk: administration.desk, store: SignInStore(pool: pool, hasher: hasher),
            passwords: administration.passwords, tokens: administratorTokens, outcomes: credentialMetrics.signIns
        ).endpoints
    }

    private var gatewayEndpoints: [Endpoint] {
        AdmissionRoutes(service: admission, metrics: AdmissionMetrics(registry: registry)).endpoints
            + AssignRoutes(store: AssignmentStore(pool: pool), vault: vault).endpoints
            + HeartbeatRoutes(store: HeartbeatStore(pool: pool)).endpoints
            + UsageRoutes(
                service: UsageService(store: UsageStore(pool: pool)), metrics: UsageMetrics(registry: registry)
            ).endpoints
    }

    private var admission: AdmissionService {
        AdmissionService(
            store: AdmissionStore(pool: pool, hasher: hasher, secrets: deviceTokens.secrets),
            evidence: AdmissionEvidence(tokens: deviceTokens.access), tokens: deviceTokens, vault: vault)
    }

    var authenticator: CallerAuthenticator {
        CallerAuthenticator(
            store: CallerStore(pool: pool), keys: keys, hasher: hasher, deviceTokens: deviceTokens.access,
            administratorTokens: administratorTokens, now: now)
    }
}
