import HTTVPSProtocol
import HTTVPSShadowsocks

struct NodeRoute {
    let nodeID: String
    let host: String
    let port: Int
    let halfClose: Bool
    let key: MasterKey
    let prefix: [UInt8]

    init?(_ node: AssignedNode) {
        guard let method = CipherMethod(name: node.method) else { return nil }
        nodeID = node.nodeID
        host = node.host
        port = Int(node.port)
        halfClose = node.halfClose
        key = MasterKey(password: node.password, method: method)
        prefix = node.prefix.map { $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } } ?? []
    }
}
