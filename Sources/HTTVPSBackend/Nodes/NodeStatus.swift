import HTTVPSPostgres

enum NodeStatus: String, CaseIterable, Sendable {
    case active
    case draining
    case maintenance
    case disabled
}

enum NodeState: String, CaseIterable, Sendable {
    case new
    case probation
    case healthy
    case suspect
    case down
}

extension ResourceShape {
    static let nodeFilters = ["status", "state", "region"]
}

extension Listing {
    func filtered(byNode query: Query) -> Listing {
        var listing = self
        if let status = query["status"] { listing.conditions.append("status = \(status)") }
        if let state = query["state"] { listing.conditions.append("state = \(state)") }
        if let region = query["region"] { listing.conditions.append("region = \(region)") }
        return listing
    }
}
