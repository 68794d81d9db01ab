import HTTVPSPostgres

struct AdminEndpoints: Sendable {
    let desk: AdminDesk
    let hasher: CredentialHasher
    let tokens: DeviceTokens
    let vault: NodeVault
    let timeZones: TimeZoneNames
    let passwords = PasswordDesk()

    init(pool: PostgresPool, keys: KeyRing, hasher: CredentialHasher, tokens: DeviceTokens, vault: NodeVault) throws {
        desk = AdminDesk(
            pool: pool, pages: Pages(pool: pool, codec: CursorCodec(keys: keys)),
            changes: Changes(pool: pool, keptAnswers: try KeptAnswerStore(keys: keys)), audit: AuditLog(keys: keys))
        self.hasher = hasher
        self.tokens = tokens
        self.vault = vault
        timeZones = TimeZoneNames()
    }

    var all: [Endpoint] {
        UserRoutes(desk: desk).endpoints
            + DeviceRoutes(desk: desk, hasher: hasher, tokens: tokens).endpoints
            + PlanRoutes(desk: desk).endpoints
            + SubscriptionRoutes(desk: desk, timeZones: timeZones).endpoints
            + RegionRoutes(desk: desk).endpoints
            + OutlineNodeRoutes(desk: desk, hasher: hasher, store: OutlineNodeStore(vault: vault)).endpoints
            + KeyRotationRoutes(
                desk: desk, nodes: OutlineNodeStore(vault: vault),
                store: KeyRotationStore(pool: desk.pool, vault: vault)
            ).endpoints
            + GatewayNodeRoutes(desk: desk, hasher: hasher).endpoints
            + SessionRoutes(desk: desk).endpoints
            + AdministratorRoutes(desk: desk, passwords: passwords).endpoints
            + ApiTokenRoutes(desk: desk, hasher: hasher).endpoints
            + AuditRoutes(desk: desk).endpoints
            + UsageHistoryRoutes(desk: desk).endpoints
    }
}
