import HTTVPSProtocol

extension AssignedNode {
    var json: JSONObject {
        JSONObject([
            ("node_id", .string(nodeID)), ("host", .string(host)), ("port", .integer(port)),
            ("method", .string(method)), ("password", .string(password)), ("prefix", .optional(prefix)),
            ("half_close", .bool(halfClose)), ("region", .string(region)), ("weight", .integer(weight)),
        ])
    }
}
